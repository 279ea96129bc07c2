-- name: account_put
INSERT INTO account (unit_id, id, person_id, login, name, kind, state, password, password_at, must_change, totp_ready,
  totp_step, failures, created_by, created_at)
VALUES (:unit:id, :id:id, :person:id, :login:text, :name:text, :kind:text, 'ACTIVE', :password:text, :at:time,
  :must_change:int, 0, 0, 0, :by:id, :at:time);

-- name: account_by_login
SELECT id, person_id, name, kind, state, password, password_at, must_change, reset_by, totp, totp_ready, totp_step,
  certificate, failures, locked_until, last_login, created_at
FROM account WHERE unit_id = :unit:id AND login = :login:text;

-- name: account_get
SELECT id, person_id, name, kind, state, password, password_at, must_change, reset_by, totp, totp_ready, totp_step,
  certificate, failures, locked_until, last_login, created_at
FROM account WHERE unit_id = :unit:id AND id = :id:id;

-- name: account_by_certificate
SELECT id, person_id, name, kind, state, password, password_at, must_change, reset_by, totp, totp_ready, totp_step,
  certificate, failures, locked_until, last_login, created_at
FROM account WHERE unit_id = :unit:id AND certificate = :certificate:text;

-- name: account_list
SELECT id, person_id, login, name, kind, state, must_change, reset_by, totp_ready, locked_until, last_login
FROM account WHERE unit_id = :unit:id AND login > :after:text ORDER BY login LIMIT :limit:int;

-- name: account_failed
-- Counted in the database, so that attempts side by side cannot share a count.
UPDATE account SET failures = failures + 1,
  locked_until = CASE WHEN failures + 1 >= :max:int THEN :until:time ELSE locked_until END
WHERE unit_id = :unit:id AND id = :id:id;

-- name: account_entered
UPDATE account SET failures = 0, locked_until = NULL, last_login = :at:time, totp_step = :step:int,
  totp_ready = CASE WHEN :no_code:int = 1 THEN totp_ready ELSE 1 END
WHERE unit_id = :unit:id AND id = :id:id AND (totp_step < :step:int OR :no_code:int = 1);

-- name: account_password
UPDATE account SET password = :password:text, password_at = :at:time, must_change = :must_change:int,
  reset_by = :reset_by:id WHERE unit_id = :unit:id AND id = :id:id;

-- name: account_reset_confirm
-- Never by the one who gave the password.
UPDATE account SET reset_by = NULL WHERE unit_id = :unit:id AND id = :id:id AND reset_by <> :by:id;

-- name: account_state
UPDATE account SET state = :state:text WHERE unit_id = :unit:id AND id = :id:id;

-- name: account_unlocked
UPDATE account SET failures = 0, locked_until = NULL WHERE unit_id = :unit:id AND id = :id:id;

-- name: account_totp
UPDATE account SET totp = :totp:bytes, totp_ready = :ready:int, totp_step = :step:int
WHERE unit_id = :unit:id AND id = :id:id;

-- name: account_certificate
UPDATE account SET certificate = :certificate:text WHERE unit_id = :unit:id AND id = :id:id;

-- name: password_old_put
INSERT INTO password_old (unit_id, account_id, id, password) VALUES (:unit:id, :account:id, :id:id, :password:text);

-- name: password_old_list
SELECT password FROM password_old WHERE unit_id = :unit:id AND account_id = :account:id ORDER BY id DESC LIMIT :limit:int;
