-- Module signing: registered certificates, and batches of signatures being made.  The signed files are the system's.

-- Certificates of persons and of the unit (D7, D8).  Losing this table stops signing until they are registered again;
-- who could write it could let a stranger's certificate sign, which the verifier and the city still refuse by name.
-- insert-only
CREATE TABLE signing_certificate (
  school id NOT NULL,
  id id NOT NULL,
  owner id NOT NULL,
  kind text NOT NULL CHECK (kind IN ('personal', 'unit')),
  fingerprint text NOT NULL,
  der bytes NOT NULL,
  not_after time NOT NULL,
  registered time NOT NULL,
  registered_by id NOT NULL,
  PRIMARY KEY (school, id)
);
CREATE INDEX signing_certificate_by_owner ON signing_certificate (school, owner);

-- insert-only
CREATE TABLE signing_withdrawal (
  school id NOT NULL,
  certificate id NOT NULL,
  withdrawn time NOT NULL,
  withdrawn_by id NOT NULL,
  reason text NOT NULL,
  PRIMARY KEY (school, certificate),
  FOREIGN KEY (school, certificate) REFERENCES signing_certificate (school, id)
);

CREATE TABLE signing_batch (
  school id NOT NULL,
  id id NOT NULL,
  person id NOT NULL,
  certificate id NOT NULL,
  made time NOT NULL,
  PRIMARY KEY (school, id),
  FOREIGN KEY (school, certificate) REFERENCES signing_certificate (school, id)
);

-- One signature of a batch.  prepared is dropped when it is done.
CREATE TABLE signing_item (
  school id NOT NULL,
  batch id NOT NULL,
  place int NOT NULL CHECK (place >= 1),
  document text NOT NULL,
  format text NOT NULL CHECK (format IN ('xml', 'pdf')),
  kind text NOT NULL,
  title text NOT NULL,
  role text NOT NULL,
  signature text NOT NULL,
  is_last int NOT NULL CHECK (is_last IN (0, 1)),
  version int NOT NULL,
  prepared bytes,
  state text NOT NULL CHECK (state IN ('waiting', 'failed', 'done')),
  stamped int NOT NULL DEFAULT 0 CHECK (stamped IN (0, 1)),
  error_key text,
  error_text text,
  PRIMARY KEY (school, batch, place),
  FOREIGN KEY (school, batch) REFERENCES signing_batch (school, id)
);
