-- City: the register of a Sở.  Facts are added, never changed; what state a thing is in, its latest event says.

-- Schools of the Sở, and which member of the exchange speaks for each.
CREATE TABLE city_school (
  code text NOT NULL,
  name text NOT NULL,
  member text NOT NULL,
  version int NOT NULL CHECK (version >= 1),
  PRIMARY KEY (code)
);

-- Latest event = current state, of everything that has one (states.h).
-- insert-only
CREATE TABLE city_event (
  subject id NOT NULL,
  ordinal int NOT NULL CHECK (ordinal >= 1),
  state text NOT NULL,
  at time NOT NULL,
  actor text NOT NULL,
  reason text NOT NULL,
  PRIMARY KEY (subject, ordinal)
);

-- Certificates of schools' seals, with the founding decision they rest on (D6a, D21.8).
-- insert-only
CREATE TABLE city_certificate (
  school text NOT NULL REFERENCES city_school (code),
  id id NOT NULL,
  fingerprint text NOT NULL,
  der bytes NOT NULL,
  subject text NOT NULL,
  issuer text NOT NULL,
  serial text NOT NULL,
  not_before time NOT NULL,
  not_after time NOT NULL,
  from_date text NOT NULL,
  to_date text NOT NULL,
  decision_number text NOT NULL,
  decision_date text NOT NULL,
  decision_by text NOT NULL,
  PRIMARY KEY (school, id),
  UNIQUE (school, fingerprint)
);

-- Record codes (D18.2(3), seed004): reserved in bulk by a school, held by one pupil from the first deposit on.
-- insert-only
CREATE TABLE city_code (
  id id NOT NULL,
  code text NOT NULL,
  school text NOT NULL REFERENCES city_school (code),
  level text NOT NULL CHECK (level IN ('TH', 'THCS', 'THPT')),
  reserved time NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (code)
);
CREATE INDEX city_code_by_school ON city_code (school, code);

-- Whose code it is: one a pupil and level.
-- insert-only
CREATE TABLE city_holder (
  code_id id NOT NULL REFERENCES city_code (id),
  personal_id text NOT NULL CHECK (length(personal_id) = 12),
  level text NOT NULL,
  since time NOT NULL,
  PRIMARY KEY (code_id),
  UNIQUE (personal_id, level)
);

-- Files, whole: zstd of exactly the bytes received.
-- insert-only
CREATE TABLE city_file (
  sha256 text NOT NULL,
  size int NOT NULL CHECK (size > 0),
  packed bytes NOT NULL,
  PRIMARY KEY (sha256)
);

-- Deposited records: one version of one year under one code (D14, D18.2(4)).
-- insert-only
CREATE TABLE city_record (
  id id NOT NULL,
  code_id id NOT NULL REFERENCES city_code (id),
  year text NOT NULL,
  version int NOT NULL CHECK (version >= 1),
  school text NOT NULL REFERENCES city_school (code),
  fingerprint text NOT NULL,
  replaces text,
  xml text NOT NULL REFERENCES city_file (sha256),
  pdf text NOT NULL REFERENCES city_file (sha256),
  seal_certificate text NOT NULL,
  sealed time NOT NULL,
  received time NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (code_id, year, version)
);
CREATE INDEX city_record_by_school ON city_record (school, year);

-- A school's year closed, by its head or by the Sở at the deadline (D14.1, D14.2).
-- insert-only
CREATE TABLE city_closing (
  school text NOT NULL REFERENCES city_school (code),
  year text NOT NULL,
  round text NOT NULL CHECK (round IN ('main', 'late')),
  at time NOT NULL,
  actor text NOT NULL,
  locked int NOT NULL,
  PRIMARY KEY (school, year, round)
);

-- Who was missing at that moment, and why; by code, or by personal id where no code is held yet.
-- insert-only
CREATE TABLE city_missing (
  school text NOT NULL,
  year text NOT NULL,
  round text NOT NULL,
  ordinal int NOT NULL,
  code text,
  personal_id text,
  reason text NOT NULL,
  PRIMARY KEY (school, year, round, ordinal),
  FOREIGN KEY (school, year, round) REFERENCES city_closing (school, year, round),
  CHECK (code IS NOT NULL OR personal_id IS NOT NULL)
);

-- Requests to correct a locked year (D14.6).
-- insert-only
CREATE TABLE city_correction (
  id id NOT NULL,
  record_id id NOT NULL REFERENCES city_record (id),
  reason text NOT NULL,
  decision_number text NOT NULL,
  decision_date text NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX city_correction_by_record ON city_correction (record_id);

-- UUIDs given by the Ministry (D18.2(5)).
-- insert-only
CREATE TABLE city_uuid (
  code_id id NOT NULL REFERENCES city_code (id),
  uuid id NOT NULL,
  received time NOT NULL,
  PRIMARY KEY (code_id)
);

-- Which message asked for what, so that a receipt finds its records.
-- insert-only
CREATE TABLE city_asked (
  message id NOT NULL,
  code_id id NOT NULL REFERENCES city_code (id),
  PRIMARY KEY (message, code_id)
);
-- insert-only
CREATE TABLE city_reported (
  record_id id NOT NULL REFERENCES city_record (id),
  message id NOT NULL,
  sent time NOT NULL,
  PRIMARY KEY (record_id, message)
);
CREATE INDEX city_reported_message ON city_reported (message);
-- Messages of flow 5 that the Ministry turned down: what they asked or sent may be asked or sent again.
-- insert-only
CREATE TABLE city_turned_down (
  message id NOT NULL PRIMARY KEY,
  received time NOT NULL
);
