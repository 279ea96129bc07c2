-- name: session_put
INSERT INTO session (unit_id, token, account_id, assurance, created, seen, expires)
VALUES (:unit:id, :token:text, :account:id, :assurance:int, :at:time, :at:time, :expires:time);

-- name: session_get
SELECT s.account_id, s.assurance, s.seen, s.expires, a.person_id, a.name, a.kind, a.must_change, a.totp_ready
FROM session s JOIN account a ON a.unit_id = s.unit_id AND a.id = s.account_id
WHERE s.unit_id = :unit:id AND s.token = :token:text AND s.ended IS NULL AND a.state = 'ACTIVE' AND a.reset_by IS NULL;

-- name: session_seen
UPDATE session SET seen = :at:time WHERE unit_id = :unit:id AND token = :token:text AND ended IS NULL;

-- name: session_end
UPDATE session SET ended = :at:time WHERE unit_id = :unit:id AND token = :token:text AND ended IS NULL;

-- name: session_end_all
-- Of one account, except the one kept ('' keeps none).
UPDATE session SET ended = :at:time
WHERE unit_id = :unit:id AND account_id = :account:id AND ended IS NULL AND token <> :keep:text;

-- name: session_oldest
-- The sessions beyond the newest :keep, the one just made apart: several may be of the same second.
SELECT token FROM session
WHERE unit_id = :unit:id AND account_id = :account:id AND token <> :fresh:text AND ended IS NULL AND expires > :now:time
ORDER BY created DESC, token LIMIT 1000 OFFSET :keep:int;

-- name: challenge_put
INSERT INTO challenge (unit_id, id, expires) VALUES (:unit:id, :id:id, :expires:time);

-- name: challenge_take
DELETE FROM challenge WHERE unit_id = :unit:id AND id = :id:id AND expires > :now:time;

-- name: challenge_sweep
DELETE FROM challenge WHERE unit_id = :unit:id AND expires <= :now:time;
