-- gradebook: hệ thống theo dõi và đánh giá học sinh of a school: one XML per class for each term, the year, and after the
-- summer: frozen, reviewed, signed, sealed.  Every key begins with school_id, which comes from the session or from the
-- sender of a message, never from a request; it is the shard key.  The signed XML is the truth, these tables index it.

CREATE TABLE school (
  id            id PRIMARY KEY,                 -- the account system's id of the school
  code          text NOT NULL UNIQUE,           -- mã trường
  name          text NOT NULL,
  reports_from  text NOT NULL,                  -- exchange member whose class files count: the sector, or the school itself
  transcript    text NOT NULL                   -- exchange member that receives sealed files; '' = none
);

-- A class file: one class, one period, one revision.
-- insert-only
CREATE TABLE file (
  school_id     id NOT NULL REFERENCES school (id),
  id            id NOT NULL,
  year          text NOT NULL,
  period        text NOT NULL CHECK (period IN ('HK1', 'HK2', 'GK1', 'CK1', 'GK2', 'CN', 'HE')),
  class_id      text NOT NULL,                  -- the school's internal id of the class
  class_name    text NOT NULL,
  grade         int NOT NULL CHECK (grade BETWEEN 1 AND 12),
  revision      int NOT NULL CHECK (revision >= 1),
  replaces      text,                           -- fingerprint of the finished file that this one corrects
  missing       int NOT NULL,                   -- values not there yet, each known to the reviewer
  frozen_sha256 bytes NOT NULL,                 -- of the file before any signature
  created_at    time NOT NULL,
  message_id    id,
  PRIMARY KEY (school_id, id),
  UNIQUE (school_id, year, period, class_id, revision)
);

-- The bytes after each step; the newest seq counts.  body is zstd.
-- insert-only
CREATE TABLE file_body (
  school_id     id NOT NULL,
  file_id       id NOT NULL,
  seq           int NOT NULL CHECK (seq >= 1),
  at            time NOT NULL,
  size          int NOT NULL,
  sha256        text NOT NULL,                  -- hex, of the bytes before compression
  body          bytes NOT NULL,
  PRIMARY KEY (school_id, file_id, seq),
  FOREIGN KEY (school_id, file_id) REFERENCES file (school_id, id)
);

-- The roll of the frozen file: whose signatures it needs, in order.
-- insert-only
CREATE TABLE signer (
  school_id     id NOT NULL,
  file_id       id NOT NULL,
  slot          text NOT NULL,                  -- s-TOAN-1 s-gvcn s-cbql s-dv: Id of the signature
  ord           int NOT NULL,
  role          text NOT NULL CHECK (role IN ('GVBM', 'GVCN', 'CBQL', 'DON_VI')),
  subject       text,
  subject_name  text,
  ordinal       int NOT NULL,
  person_id     text NOT NULL,                  -- internal id of the person
  personal_id   text,                           -- 12 digits, compared with the certificate
  name          text NOT NULL,
  duty_from     text,
  duty_to       text,                           -- NULL while open
  stand_in      text,                           -- reason, when the head signs for one who left (D12.6)
  PRIMARY KEY (school_id, file_id, slot),
  UNIQUE (school_id, file_id, ord),
  FOREIGN KEY (school_id, file_id) REFERENCES file (school_id, id)
);
CREATE INDEX signer_person ON signer (school_id, person_id);

-- insert-only
CREATE TABLE signature (
  school_id     id NOT NULL,
  file_id       id NOT NULL,
  slot          text NOT NULL,
  at            time NOT NULL,                  -- when it was stored
  person_id     text NOT NULL,
  certificate   text NOT NULL,                  -- serial
  fingerprint   text NOT NULL,                  -- SHA-256 of the signature value, hex
  body_seq      int NOT NULL,                   -- first body that holds it
  PRIMARY KEY (school_id, file_id, slot),
  FOREIGN KEY (school_id, file_id, slot) REFERENCES signer (school_id, file_id, slot)
);

-- What happened to a file; its state is the newest event (states.c).
-- insert-only
CREATE TABLE file_event (
  school_id     id NOT NULL,
  file_id       id NOT NULL,
  seq           int NOT NULL CHECK (seq >= 1),
  at            time NOT NULL,
  state         text NOT NULL
    CHECK (state IN ('FROZEN', 'REVIEWED', 'TEACHERS', 'HOMEROOM', 'HEAD', 'SEALED', 'RETURNED', 'REPLACED')),
  actor         text NOT NULL,                  -- internal id of the person, or "system:…"
  slot          text,                           -- the signature that made it
  reason        text,
  PRIMARY KEY (school_id, file_id, seq),
  FOREIGN KEY (school_id, file_id) REFERENCES file (school_id, id)
);

-- A sealed file on its way to transcript (flow 2), and what was answered.
-- insert-only
CREATE TABLE hand_over (
  school_id     id NOT NULL,
  file_id       id NOT NULL,
  message_id    id NOT NULL UNIQUE,
  at            time NOT NULL,
  PRIMARY KEY (school_id, file_id, message_id),
  FOREIGN KEY (school_id, file_id) REFERENCES file (school_id, id)
);

-- insert-only
CREATE TABLE hand_over_answer (
  school_id     id NOT NULL,
  message_id    id NOT NULL,
  at            time NOT NULL,
  accepted      int NOT NULL CHECK (accepted IN (0, 1)),
  errors        text NOT NULL,                  -- JSON
  PRIMARY KEY (school_id, message_id),
  FOREIGN KEY (message_id) REFERENCES hand_over (message_id)
);
