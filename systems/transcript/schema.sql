-- transcript: the học bạ of each pupil, from the sealed class file to the deposit at the city (D3, D4.1d, D14-17).
-- school_id comes from the session or from the class file's school code; it begins every key and is the shard key.
-- A pupil is named by the school system's internal id.  The signed bytes are the truth; rows index them (fsck).

CREATE TABLE school (
  id            id PRIMARY KEY,                 -- internal id of the account system
  code          text NOT NULL UNIQUE,           -- mã trường
  name          text NOT NULL,
  superior      text NOT NULL,                  -- rim of the seal: the body above the school
  so_code       text NOT NULL,                  -- which Sở: deadlines and signing policy hang on it
  teachers_sign int NOT NULL CHECK (teachers_sign IN (0, 1)),   -- tiểu học: subject teachers sign too (seed002 Đ7)
  signs_from    text NOT NULL                   -- first school year kept as học bạ số
);

-- Sealed class files as they came (flow 2), each verified whole before it was stored.
-- insert-only
CREATE TABLE source (
  school_id     id NOT NULL REFERENCES school (id),
  id            id NOT NULL,
  class_id      id NOT NULL,
  class_name    text NOT NULL,
  year          text NOT NULL,
  period        text NOT NULL,
  level         text NOT NULL CHECK (level IN ('TH', 'THCS', 'THPT')),
  grade         int NOT NULL,
  revision      int NOT NULL,
  pupils        int NOT NULL,                   -- who must get a record: not left, with a personal id (D2.6)
  fingerprint   text NOT NULL,                  -- of its last signature, hex
  message_id    id NOT NULL,
  xml           bytes NOT NULL,
  sha256        text NOT NULL,
  received_at   time NOT NULL,
  PRIMARY KEY (school_id, id),
  UNIQUE (school_id, fingerprint)
);

-- Why a pupil of a class file has no document yet; gone when it is built.
CREATE TABLE build_fault (
  school_id     id NOT NULL,
  source_id     id NOT NULL,
  pupil_id      id NOT NULL,
  pupil_name    text NOT NULL,
  key           text NOT NULL,
  message       text NOT NULL,
  at            time NOT NULL,
  PRIMARY KEY (school_id, source_id, pupil_id),
  FOREIGN KEY (school_id, source_id) REFERENCES source (school_id, id)
);

-- Record codes, asked for in bulk from the time of the class list on (flow 3): one a pupil and level (seed004).
CREATE TABLE code (
  school_id     id NOT NULL REFERENCES school (id),
  pupil_id      id NOT NULL,
  level         text NOT NULL CHECK (level IN ('TH', 'THCS', 'THPT')),
  personal_id   text NOT NULL,
  code          text,                           -- the city gives it
  state         text NOT NULL CHECK (state IN ('ASKED', 'RESERVED', 'FAILED', 'CANCELLED')),
  note          text NOT NULL,                  -- why it failed
  message_id    id NOT NULL,
  asked_at      time NOT NULL,
  PRIMARY KEY (school_id, pupil_id, level)
);
CREATE UNIQUE INDEX code_text ON code (school_id, code) WHERE code IS NOT NULL;
CREATE INDEX code_message ON code (message_id);

-- Other messages to the city, with what it answered: checks, certificates of the unit, the closing of a year.
CREATE TABLE request (
  school_id     id NOT NULL REFERENCES school (id),
  message_id    id NOT NULL,
  flow          int NOT NULL,
  kind          text NOT NULL,
  subject       text NOT NULL,
  state         text NOT NULL CHECK (state IN ('WAITING', 'ACCEPTED', 'REFUSED')),
  answer        text NOT NULL,                  -- JSON: {"result":…,"errors":[…]}
  sent_by       text NOT NULL,
  sent_at       time NOT NULL,
  answered_at   time,
  PRIMARY KEY (school_id, message_id)
);
CREATE INDEX request_message ON request (message_id);

-- One school year of one pupil (or one extract), from draft on.  state repeats the newest event.
CREATE TABLE document (
  school_id     id NOT NULL REFERENCES school (id),
  id            id NOT NULL,
  kind          text NOT NULL CHECK (kind IN ('YEAR', 'EXTRACT')),
  pupil_id      id NOT NULL,
  pupil_name    text NOT NULL,
  name_key      text NOT NULL,
  personal_id   text NOT NULL,
  class_id      id NOT NULL,
  class_name    text NOT NULL,
  level         text NOT NULL,
  grade         int NOT NULL,
  year          text NOT NULL,
  year_key      text NOT NULL,                  -- of Ids in the XML: '2025-2026', '2025-2026-t'
  record_code   text NOT NULL,
  revision      int NOT NULL,
  base_id       id,                             -- the document whose file this one continues
  replaces_id   id,
  source_id     id NOT NULL,
  profile       int NOT NULL,                   -- ordinal of the LY_LICH it goes with
  secret        bytes NOT NULL,                 -- of the salted hash tree; goes out with the holder's copy only
  effective_at  time NOT NULL,
  late          int NOT NULL CHECK (late IN (0, 1)),
  state         text NOT NULL,
  fingerprint   text NOT NULL,                  -- of its seal; '' until issued
  created_at    time NOT NULL,
  PRIMARY KEY (school_id, id),
  UNIQUE (school_id, pupil_id, year_key, revision),
  FOREIGN KEY (school_id, source_id) REFERENCES source (school_id, id)
);
CREATE INDEX document_class ON document (school_id, class_id, year, name_key);

-- insert-only
CREATE TABLE document_event (
  school_id     id NOT NULL,
  document_id   id NOT NULL,
  seq           int NOT NULL,
  event         text NOT NULL,
  state         text NOT NULL,                  -- after it
  actor         text NOT NULL,
  note          text NOT NULL,
  at            time NOT NULL,
  PRIMARY KEY (school_id, document_id, seq),
  FOREIGN KEY (school_id, document_id) REFERENCES document (school_id, id)
);

-- Files while they are being signed; every version holds the bytes of the one before.
CREATE TABLE draft_file (
  school_id     id NOT NULL,
  document_id   id NOT NULL,
  format        text NOT NULL CHECK (format IN ('XML', 'PDF')),
  version       int NOT NULL,
  bytes         bytes NOT NULL,
  sha256        text NOT NULL,
  PRIMARY KEY (school_id, document_id, format),
  FOREIGN KEY (school_id, document_id) REFERENCES document (school_id, id)
);

-- Files as issued (D2.2: complete and never changed again).
-- insert-only
CREATE TABLE issued_file (
  school_id     id NOT NULL,
  document_id   id NOT NULL,
  format        text NOT NULL CHECK (format IN ('XML', 'PDF')),
  bytes         bytes NOT NULL,
  sha256        text NOT NULL,
  issued_at     time NOT NULL,
  PRIMARY KEY (school_id, document_id, format),
  FOREIGN KEY (school_id, document_id) REFERENCES document (school_id, id)
);

-- The roll: who must sign, in this order.  The signed roll stands in the XML.
CREATE TABLE signer (
  school_id     id NOT NULL,
  document_id   id NOT NULL,
  seq           int NOT NULL,
  slot          text NOT NULL,                  -- signature id in the XML
  role          text NOT NULL CHECK (role IN ('GVBM', 'GVCN', 'CBQL', 'DON_VI')),
  subject       text NOT NULL,
  person_id     id,
  name          text NOT NULL,
  xml_at        time,                           -- when the signature was stored; NULL: missing
  in_pdf        int NOT NULL CHECK (in_pdf IN (0, 1)),
  pdf_at        time,
  page          int NOT NULL,                   -- place of the image, thousandths of a point
  x0            int NOT NULL,
  y0            int NOT NULL,
  x1            int NOT NULL,
  y1            int NOT NULL,
  PRIMARY KEY (school_id, document_id, seq),
  FOREIGN KEY (school_id, document_id) REFERENCES document (school_id, id)
);
CREATE INDEX signer_person ON signer (school_id, person_id, role);

-- What was sent to the city, and the signed receipts that came back (flow 4).
-- insert-only
CREATE TABLE deposit (
  school_id     id NOT NULL,
  document_id   id NOT NULL,
  message_id    id NOT NULL,
  sent_at       time NOT NULL,
  PRIMARY KEY (school_id, document_id, message_id),
  FOREIGN KEY (school_id, document_id) REFERENCES document (school_id, id)
);
CREATE INDEX deposit_message ON deposit (message_id);

-- insert-only
CREATE TABLE receipt (
  school_id     id NOT NULL,
  document_id   id NOT NULL,
  message_id    id NOT NULL,
  accepted      int NOT NULL CHECK (accepted IN (0, 1)),
  errors        text NOT NULL,                  -- JSON: [{"subject","key","text"}]
  signed_bytes  bytes NOT NULL,                 -- the reply with the city's signature
  at            time NOT NULL,
  PRIMARY KEY (school_id, document_id, message_id),
  FOREIGN KEY (school_id, document_id) REFERENCES document (school_id, id)
);

-- Image of a person's handwriting, for the PDF (D9.1a).
CREATE TABLE signature_image (
  school_id     id NOT NULL,
  person_id     id NOT NULL,
  png           bytes NOT NULL,
  at            time NOT NULL,
  PRIMARY KEY (school_id, person_id)
);

-- Who signs for the school between year-end rolls: head and unit, for extracts from a term file (D15.2b).
CREATE TABLE officer (
  school_id       id NOT NULL REFERENCES school (id),
  role            text NOT NULL CHECK (role IN ('CBQL', 'DON_VI')),
  person_id       id NOT NULL,
  personal_id     text,
  name            text NOT NULL,
  position        text NOT NULL,
  decision_number text NOT NULL,
  decision_date   text NOT NULL,
  from_date       text NOT NULL,
  to_date         text NOT NULL,
  PRIMARY KEY (school_id, role)
);
