-- Ministry: what the Sở of all provinces sent.  Facts are added, never changed.

-- Members of the exchange that may report.
CREATE TABLE ministry_city (
  member text NOT NULL,
  name text NOT NULL,
  PRIMARY KEY (member)
);

-- One UUID a record code (D18.2(5)).
-- insert-only
CREATE TABLE ministry_uuid (
  uuid id NOT NULL,
  code text NOT NULL,
  city text NOT NULL REFERENCES ministry_city (member),
  personal_id text NOT NULL CHECK (length(personal_id) = 12),
  given time NOT NULL,
  PRIMARY KEY (uuid),
  UNIQUE (code)
);

-- insert-only
CREATE TABLE ministry_file (
  sha256 text NOT NULL,
  size int NOT NULL CHECK (size > 0),
  packed bytes NOT NULL,
  PRIMARY KEY (sha256)
);

-- Locked years as received; the highest version of a year is the one in force.
-- insert-only
CREATE TABLE ministry_record (
  uuid id NOT NULL REFERENCES ministry_uuid (uuid),
  year text NOT NULL,
  version int NOT NULL CHECK (version >= 1),
  school text NOT NULL,
  fingerprint text NOT NULL,
  replaces text,
  locked time NOT NULL,
  received time NOT NULL,
  xml text NOT NULL REFERENCES ministry_file (sha256),
  pdf text NOT NULL REFERENCES ministry_file (sha256),
  PRIMARY KEY (uuid, year, version)
);
CREATE INDEX ministry_record_by_year ON ministry_record (year, school);
