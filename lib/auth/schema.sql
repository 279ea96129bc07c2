-- Module auth: accounts, what they may do, and their sessions.  unit_id is the school, or the office of a Sở or of
-- the ministry: it begins every key, and it stands in the session's token.

-- Working and administrative accounts are separate (architecture §9): one person may have one of each.
CREATE TABLE account (
  unit_id id NOT NULL,
  id id NOT NULL,
  person_id id NOT NULL,                        -- staff member, pupil (for a family's account), officer
  login text NOT NULL,                          -- of a family: the pupil's code (seed000-2)
  name text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('STAFF', 'FAMILY', 'ADMIN')),
  state text NOT NULL CHECK (state IN ('ACTIVE', 'DISABLED')),
  password text NOT NULL,                       -- argon2id, libsodium's form; '' when there is none
  password_at time NOT NULL,
  must_change int NOT NULL CHECK (must_change IN (0, 1)),
  reset_by id,                                  -- someone gave a new password; in force again when the head confirms
  totp bytes,                                   -- secret, sealed with the system's key
  totp_ready int NOT NULL CHECK (totp_ready IN (0, 1)),
  totp_step int NOT NULL,                       -- the last step used: a code works once
  certificate text,                             -- SHA-256 of the certificate for log-in (D8b)
  failures int NOT NULL,
  locked_until time,
  last_login time,
  created_by id,                                -- NULL: made by init
  created_at time NOT NULL,
  PRIMARY KEY (unit_id, id),
  UNIQUE (unit_id, login)
);
CREATE UNIQUE INDEX account_certificate ON account (unit_id, certificate);
CREATE INDEX account_of_person ON account (unit_id, person_id);

-- Passwords that may not come back.
-- insert-only
CREATE TABLE password_old (
  unit_id id NOT NULL,
  account_id id NOT NULL,
  id id NOT NULL,
  password text NOT NULL,
  PRIMARY KEY (unit_id, account_id, id),
  FOREIGN KEY (unit_id, account_id) REFERENCES account (unit_id, id)
);

-- A role rests on a decision (D6) and is in force once confirmed (D4.2c1: the head answers for the accounts).
CREATE TABLE role_grant (
  unit_id id NOT NULL,
  id id NOT NULL,
  account_id id NOT NULL,
  role text NOT NULL,
  decision_no text NOT NULL,
  decision_date text NOT NULL,
  from_date text NOT NULL,
  to_date text NOT NULL,                        -- last day, '' while open
  granted_by id,                                -- account; NULL: by init, before anyone has entered
  granted_at time NOT NULL,
  confirmed_by id,
  confirmed_at time,
  ended_by id,
  ended_at time,
  PRIMARY KEY (unit_id, id),
  FOREIGN KEY (unit_id, account_id) REFERENCES account (unit_id, id)
);
CREATE INDEX role_grant_of_account ON role_grant (unit_id, account_id);

CREATE TABLE session (
  unit_id id NOT NULL,
  token text NOT NULL,                          -- SHA-256 of the secret part, hex
  account_id id NOT NULL,
  assurance int NOT NULL,
  created time NOT NULL,
  seen time NOT NULL,
  expires time NOT NULL,
  ended time,
  PRIMARY KEY (unit_id, token),
  FOREIGN KEY (unit_id, account_id) REFERENCES account (unit_id, id)
);
CREATE INDEX session_of_account ON session (unit_id, account_id);

-- A text to sign for entering by certificate; used once.
CREATE TABLE challenge (
  unit_id id NOT NULL,
  id id NOT NULL,
  expires time NOT NULL,
  PRIMARY KEY (unit_id, id)
);

-- What the database keeps even if the code is wrong.  Nobody gives himself a right, under either of his accounts.
REFUSE INSERT ON role_grant AS 'quyen.tuCap' WHEN
  EXISTS (SELECT 1 FROM account a JOIN account b ON b.unit_id = a.unit_id AND b.person_id = a.person_id
    WHERE a.unit_id = ROW.unit_id AND a.id = ROW.account_id AND b.id = ROW.granted_by);
REFUSE INSERT, UPDATE ON role_grant AS 'quyen.tuXacNhan' WHEN
  EXISTS (SELECT 1 FROM account a JOIN account b ON b.unit_id = a.unit_id AND b.person_id = a.person_id
    WHERE a.unit_id = ROW.unit_id AND a.id = ROW.account_id AND b.id = ROW.confirmed_by);
REFUSE INSERT ON role_grant AS 'quyen.khongNguoiCap' WHEN
  (ROW.granted_by IS NULL OR (ROW.confirmed_at IS NOT NULL AND ROW.confirmed_by IS NULL))
  AND EXISTS (SELECT 1 FROM session s WHERE s.unit_id = ROW.unit_id);
-- Administration and work never meet in one account.
REFUSE INSERT ON role_grant AS 'quyen.taiKhoanRieng' WHEN
  EXISTS (SELECT 1 FROM account a WHERE a.unit_id = ROW.unit_id AND a.id = ROW.account_id
    AND ((ROW.role = 'admin' AND a.kind <> 'ADMIN') OR (ROW.role <> 'admin' AND a.kind = 'ADMIN')
      OR (ROW.role IN ('parent', 'student') AND a.kind <> 'FAMILY')
      OR (ROW.role NOT IN ('parent', 'student') AND a.kind = 'FAMILY')));
