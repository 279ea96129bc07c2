-- Module db: what every database says of itself, and who did what in it.

-- One row: whose database this is.
CREATE TABLE db_meta (
  one int NOT NULL CHECK (one = 1),
  system text NOT NULL,
  created time NOT NULL,
  PRIMARY KEY (one)
);

-- Versions of modules, one row for each step taken; the highest is the current one.
-- insert-only
CREATE TABLE db_module (
  name text NOT NULL,
  version int NOT NULL CHECK (version >= 1),
  applied time NOT NULL,
  PRIMARY KEY (name, version)
);

-- One entry a save or a read of results (D4.2, D13.3).  leaf = SHA-256(salt || payload).
-- insert-only
CREATE TABLE audit_leaf (
  id id NOT NULL,
  made time NOT NULL,
  school id,
  actor text NOT NULL,
  action text NOT NULL,
  object text NOT NULL,
  request text,
  leaf bytes NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX audit_leaf_by_object ON audit_leaf (object, made);

-- What lawful erasure may delete, keeping the leaf.
CREATE TABLE audit_payload (
  leaf_id id NOT NULL REFERENCES audit_leaf (id),
  salt bytes NOT NULL,
  payload text NOT NULL,
  PRIMARY KEY (leaf_id)
);

-- Entries not yet in a batch.
CREATE TABLE audit_pending (
  leaf_id id NOT NULL REFERENCES audit_leaf (id),
  PRIMARY KEY (leaf_id)
);

-- insert-only
CREATE TABLE audit_batch (
  batch int NOT NULL CHECK (batch >= 1),
  sealed time NOT NULL,
  entries int NOT NULL CHECK (entries >= 1),
  root bytes NOT NULL,
  previous bytes NOT NULL,
  head bytes NOT NULL,
  PRIMARY KEY (batch)
);

-- insert-only
CREATE TABLE audit_member (
  batch int NOT NULL REFERENCES audit_batch (batch),
  place int NOT NULL CHECK (place >= 0),
  leaf_id id NOT NULL REFERENCES audit_leaf (id),
  PRIMARY KEY (batch, place),
  UNIQUE (leaf_id)
);
