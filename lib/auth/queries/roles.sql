-- name: grant_put
INSERT INTO role_grant (unit_id, id, account_id, role, decision_no, decision_date, from_date, to_date, granted_by,
  granted_at, confirmed_by, confirmed_at)
VALUES (:unit:id, :id:id, :account:id, :role:text, :decision_no:text, :decision_date:text, :from_date:text, :to_date:text,
  :by:id, :at:time, :confirmed_by:id, :confirmed_at:time);

-- name: grant_get
SELECT account_id, role, from_date, to_date, granted_by, confirmed_by, confirmed_at, ended_at
FROM role_grant WHERE unit_id = :unit:id AND id = :id:id;

-- name: grant_confirm
UPDATE role_grant SET confirmed_by = :by:id, confirmed_at = :at:time
WHERE unit_id = :unit:id AND id = :id:id AND confirmed_at IS NULL AND ended_at IS NULL;

-- name: grant_end
UPDATE role_grant SET ended_by = :by:id, ended_at = :at:time
WHERE unit_id = :unit:id AND id = :id:id AND ended_at IS NULL;

-- name: grants_of
SELECT id, role, decision_no, decision_date, from_date, to_date, granted_by, confirmed_by, confirmed_at, ended_at
FROM role_grant WHERE unit_id = :unit:id AND account_id = :account:id ORDER BY id;

-- name: grants_waiting
SELECT g.id, g.account_id, a.login, a.name, g.role, g.decision_no, g.decision_date, g.from_date, g.to_date
FROM role_grant g JOIN account a ON a.unit_id = g.unit_id AND a.id = g.account_id
WHERE g.unit_id = :unit:id AND g.confirmed_at IS NULL AND g.ended_at IS NULL AND g.id > :after:id
ORDER BY g.id LIMIT :limit:int;

-- name: roles_in_force
SELECT role FROM role_grant
WHERE unit_id = :unit:id AND account_id = :account:id AND confirmed_at IS NOT NULL AND ended_at IS NULL
  AND from_date <= :today:text AND (to_date = '' OR to_date >= :today:text) ORDER BY id;

-- name: grants_in_unit
SELECT count(*) AS n:int FROM role_grant WHERE unit_id = :unit:id;
