-- Module replay: the replies of finished writes, given again to a repeated request (architecture §8).
-- In the database of every system that has routes with idempotency keys; rows are dropped after a day.

CREATE TABLE replay (
  unit_id id NOT NULL,
  account_id id NOT NULL,
  idem_key text NOT NULL,
  request text NOT NULL,                        -- SHA-256 of method, target and body
  status int NOT NULL,
  content_type text NOT NULL,
  body bytes NOT NULL,
  made time NOT NULL,
  PRIMARY KEY (unit_id, account_id, idem_key)
);
CREATE INDEX replay_by_time ON replay (made);
