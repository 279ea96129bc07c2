-- Module exchange: the message log of one system.

-- What we send.  The payload goes EXCHANGE_KEEP_DAYS after the message was settled; the rest stays.
CREATE TABLE exchange_outbox (
  id id NOT NULL,
  receiver text NOT NULL,
  flow int NOT NULL CHECK (flow BETWEEN 0 AND 9),
  kind text NOT NULL,
  payload_type text NOT NULL,
  created time NOT NULL,
  payload_sha256 bytes NOT NULL,
  payload bytes,
  state text NOT NULL CHECK (state IN ('waiting', 'accepted', 'refused')),
  tries int NOT NULL DEFAULT 0,
  next_try time NOT NULL,
  settled time,
  last_error text,
  PRIMARY KEY (id)
);
CREATE INDEX exchange_outbox_waiting ON exchange_outbox (receiver, id) WHERE state = 'waiting';
CREATE INDEX exchange_outbox_settled ON exchange_outbox (settled) WHERE payload IS NOT NULL;

-- Receipts we got, as signed.
-- insert-only
CREATE TABLE exchange_receipt (
  message id NOT NULL REFERENCES exchange_outbox (id),
  receipt id NOT NULL,
  verdict text NOT NULL CHECK (verdict IN ('accepted', 'refused')),
  received time NOT NULL,
  reply bytes NOT NULL,
  PRIMARY KEY (message)
);

-- What we received and answered: the header and signature of the sender, our receipt as sent.
-- insert-only
CREATE TABLE exchange_inbox (
  sender text NOT NULL,
  id id NOT NULL,
  flow int NOT NULL,
  kind text NOT NULL,
  created time NOT NULL,
  received time NOT NULL,
  payload_sha256 bytes NOT NULL,
  header bytes NOT NULL,
  signature bytes NOT NULL,
  verdict text NOT NULL CHECK (verdict IN ('accepted', 'refused')),
  reply bytes NOT NULL,
  PRIMARY KEY (sender, id)
);
CREATE INDEX exchange_inbox_received ON exchange_inbox (received);

-- Payloads received, kept as long as those sent.
CREATE TABLE exchange_inbox_payload (
  sender text NOT NULL,
  id id NOT NULL,
  received time NOT NULL,
  payload bytes NOT NULL,
  PRIMARY KEY (sender, id)
);
CREATE INDEX exchange_inbox_payload_received ON exchange_inbox_payload (received);

-- Other bytes under an id already answered: a person must look.
-- insert-only
CREATE TABLE exchange_dispute (
  id id NOT NULL,
  sender text NOT NULL,
  message id NOT NULL,
  received time NOT NULL,
  header bytes NOT NULL,
  signature bytes NOT NULL,
  PRIMARY KEY (id)
);

-- Directories seen: none may go back.
-- insert-only
CREATE TABLE exchange_directory (
  serial int NOT NULL CHECK (serial >= 1),
  sha256 bytes NOT NULL,
  loaded time NOT NULL,
  PRIMARY KEY (serial)
);
