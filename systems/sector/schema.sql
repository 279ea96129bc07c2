-- sector: CSDL dùng chung ngành GDĐT of a Sở: what schools reported, as they reported it, version by version.
-- Every key begins with school_id, the shard key.  Payloads are kept whole: they are what the school said; the other tables
-- index them.  Periods: HK1 HK2 CN HE (secondary), GK1 CK1 GK2 CN HE (primary).  Levels are the codes of the circulars, ''
-- where there is none.

CREATE TABLE school (
  id            id PRIMARY KEY,                 -- our own; schools are known to others by code
  code          text NOT NULL UNIQUE,           -- mã trường
  name          text NOT NULL,
  commune       text NOT NULL,                  -- name of xã, phường, đặc khu: whose officer reads its progress
  member        text NOT NULL,                  -- exchange member that may report for it
  gradebook     text NOT NULL,                  -- exchange member that receives its class files; '' = none
  version       int NOT NULL
);

-- One accepted class report (flow 0).  A correction is a new revision; the newest one counts.
-- insert-only
CREATE TABLE report (
  school_id     id NOT NULL REFERENCES school (id),
  id            id NOT NULL,
  year          text NOT NULL,
  period        text NOT NULL,
  class_id      text NOT NULL,                  -- the school's internal id of the class
  class_name    text NOT NULL,
  grade         int NOT NULL CHECK (grade BETWEEN 1 AND 12),
  circular      text NOT NULL,
  revision      int NOT NULL CHECK (revision >= 1),
  prepared_at   time NOT NULL,                  -- when the school fixed the content
  received_at   time NOT NULL,
  message_id    id NOT NULL,
  payload       bytes NOT NULL,
  payload_sha256 bytes NOT NULL,
  PRIMARY KEY (school_id, id),
  UNIQUE (school_id, year, period, class_id, revision)
);

-- insert-only
CREATE TABLE report_count (
  school_id     id NOT NULL,
  report_id     id NOT NULL,
  what          text NOT NULL,                  -- pupils tx gk ck … as in the message
  n             int NOT NULL,
  PRIMARY KEY (school_id, report_id, what),
  FOREIGN KEY (school_id, report_id) REFERENCES report (school_id, id)
);

-- insert-only
CREATE TABLE report_pupil (
  school_id     id NOT NULL,
  report_id     id NOT NULL,
  pupil_id      text NOT NULL,                  -- the school's internal id
  personal_id   text,
  standing      text NOT NULL,                  -- studying joined left
  academic      text NOT NULL,
  conduct       text NOT NULL,
  education     text NOT NULL,
  promotion     text NOT NULL,
  award         text NOT NULL,
  PRIMARY KEY (school_id, report_id, pupil_id),
  FOREIGN KEY (school_id, report_id) REFERENCES report (school_id, id)
);
CREATE INDEX report_pupil_person ON report_pupil (personal_id) WHERE personal_id IS NOT NULL;

-- The class of a report as the XML that gradebook receives (flow 1).
-- insert-only
CREATE TABLE frozen (
  school_id     id NOT NULL,
  report_id     id NOT NULL,
  frozen_at     time NOT NULL,
  xml           bytes NOT NULL,
  xml_sha256    bytes NOT NULL,
  message_id    id,                             -- NULL: the school has no gradebook of this network
  PRIMARY KEY (school_id, report_id),
  FOREIGN KEY (school_id, report_id) REFERENCES report (school_id, id)
);

-- What happened to a report; its state is the newest event (states.c).
-- insert-only
CREATE TABLE report_event (
  school_id     id NOT NULL,
  report_id     id NOT NULL,
  seq           int NOT NULL CHECK (seq >= 1),
  at            time NOT NULL,
  state         text NOT NULL CHECK (state IN ('REPORTED', 'FROZEN', 'TAKEN', 'RETURNED', 'REPLACED')),
  actor         text NOT NULL,                  -- internal id of the person, or "system:…"
  detail        text,                           -- JSON: reasons of a return
  PRIMARY KEY (school_id, report_id, seq),
  FOREIGN KEY (school_id, report_id) REFERENCES report (school_id, id)
);
