-- school: the database of a school's own software (QLHS), or of a provider for many schools.
-- Every key begins with school_id, which comes from the session and never from the request (architecture §1);
-- it is also the shard key.  Dates are text YYYY-MM-DD (civil dates of Vietnam), instants are `time`.
-- A school year is text '2025-2026'.  Periods of marks: HK1 HK2 CN HE (secondary), GK1 CK1 GK2 CN HE (primary).
-- Marks are tenths (75 = 7,5); nothing here holds a floating number.

CREATE TABLE school (
  id          id PRIMARY KEY,
  code        text NOT NULL UNIQUE,             -- mã trường in the sector's list
  name        text NOT NULL,
  levels      text NOT NULL,                    -- blank-separated subset of TH THCS THPT
  kind        text NOT NULL,                    -- data/school_kinds.tsv
  commune     text NOT NULL,                    -- name of xã, phường, đặc khu, as printed on the học bạ
  province    text NOT NULL,                    -- name of tỉnh, thành phố
  so_code     text NOT NULL,                    -- which Sở: deadlines and signing policy hang on it
  tax_code    text NOT NULL,                    -- mã số thuế: the subject of the unit's certificate (MST:…)
  address     text NOT NULL,
  phone       text NOT NULL
);

CREATE TABLE school_year (
  school_id   id NOT NULL REFERENCES school (id),
  year        text NOT NULL,
  starts      text NOT NULL,
  term2       text NOT NULL,                    -- first day of the second term
  ends        text NOT NULL,
  state       text NOT NULL CHECK (state IN ('OPEN', 'CLOSED')),
  PRIMARY KEY (school_id, year)
);

-- ---- people -------------------------------------------------------------------------------------------

CREATE TABLE staff (
  school_id   id NOT NULL REFERENCES school (id),
  id          id NOT NULL,                      -- the person of the account, when there is one
  code        text NOT NULL,                    -- mã giáo viên, as the school's lists have it
  full_name   text NOT NULL,
  name_key    text NOT NULL,                    -- hb_name_key(full_name)
  sex         text NOT NULL CHECK (sex IN ('', 'M', 'F')),
  birth_date  text NOT NULL,                    -- '' when not known
  personal_id text,
  position    text NOT NULL CHECK (position IN ('HT', 'PHT', 'GV', 'VT', 'HV', 'QTV', 'NV')),
  email       text NOT NULL,
  phone       text NOT NULL,
  from_date   text NOT NULL,
  to_date     text NOT NULL,                    -- '' while working here
  PRIMARY KEY (school_id, id),
  UNIQUE (school_id, code),
  UNIQUE (school_id, personal_id)
);

CREATE TABLE pupil (
  school_id   id NOT NULL REFERENCES school (id),
  id          id NOT NULL,
  code        text NOT NULL,                    -- mã học sinh; also the parents' user name
  sector_code text NOT NULL,                    -- mã của CSDL ngành, '' when not yet given
  personal_id text,                             -- số định danh cá nhân, dated attribute: older values in pupil_change
  full_name   text NOT NULL,
  name_key    text NOT NULL,
  sex         text NOT NULL CHECK (sex IN ('M', 'F')),
  birth_date  text NOT NULL,                    -- YYYY-MM-DD, YYYY-MM or YYYY: as much as is known
  birth_place text NOT NULL,
  ethnic      text NOT NULL,                    -- code of data/ethnic_groups.tsv
  nationality text NOT NULL,                    -- two letters
  home_town   text NOT NULL,
  residence   text NOT NULL,
  father      text NOT NULL,
  father_job  text NOT NULL,
  mother      text NOT NULL,
  mother_job  text NOT NULL,
  guardian    text NOT NULL,
  guardian_job text NOT NULL,
  policy      text NOT NULL,                    -- đối tượng chính sách
  disability  text NOT NULL,                    -- '' or the kind; an individual plan is an exemption of kind IEP
  phone       text NOT NULL,
  register_no text NOT NULL,                    -- số đăng bộ
  version     int NOT NULL,
  PRIMARY KEY (school_id, id),
  UNIQUE (school_id, code),
  UNIQUE (school_id, personal_id)
);

-- Every change of a pupil's file, field by field (D25.1, D14.7: a change of civil status names its decision).
-- insert-only
CREATE TABLE pupil_change (
  school_id   id NOT NULL,
  pupil_id    id NOT NULL,
  version     int NOT NULL,
  field       text NOT NULL,
  old_value   text NOT NULL,
  new_value   text NOT NULL,
  changed_by  text NOT NULL,
  changed_at  time NOT NULL,
  why         text NOT NULL,
  PRIMARY KEY (school_id, pupil_id, version, field),
  FOREIGN KEY (school_id, pupil_id) REFERENCES pupil (school_id, id)
);

CREATE TABLE achievement (
  school_id   id NOT NULL,
  pupil_id    id NOT NULL,
  id          id NOT NULL,
  year        text NOT NULL,
  kind        text NOT NULL CHECK (kind IN ('PRIZE', 'CERTIFICATE', 'AWARD', 'SUDDEN')),
  title       text NOT NULL,
  level       text NOT NULL,                    -- cấp trường, xã, tỉnh, quốc gia …
  decision_no text NOT NULL,
  decision_date text NOT NULL,
  PRIMARY KEY (school_id, pupil_id, id),
  FOREIGN KEY (school_id, pupil_id) REFERENCES pupil (school_id, id)
);

-- ---- classes and duties --------------------------------------------------------------------------------

CREATE TABLE class (
  school_id   id NOT NULL,
  id          id NOT NULL,
  year        text NOT NULL,
  code        text NOT NULL,                    -- '6A1'
  level       text NOT NULL CHECK (level IN ('TH', 'THCS', 'THPT')),
  grade       int NOT NULL CHECK (grade BETWEEN 1 AND 12),
  PRIMARY KEY (school_id, id),
  UNIQUE (school_id, year, code),
  FOREIGN KEY (school_id, year) REFERENCES school_year (school_id, year)
);

CREATE TABLE class_subject (
  school_id   id NOT NULL,
  class_id    id NOT NULL,
  subject     text NOT NULL,                    -- code of data/subjects.tsv
  kind        text NOT NULL CHECK (kind IN ('SCORE', 'COMMENT', 'LEVEL')),
  periods     int NOT NULL,                     -- lessons a year: decides the number of regular marks (TT22 Đ6)
  ord         int NOT NULL,                     -- place in lists and forms
  by_choice   int NOT NULL CHECK (by_choice IN (0, 1)),  -- 1: only pupils with a row in choice take it
  PRIMARY KEY (school_id, class_id, subject),
  FOREIGN KEY (school_id, class_id) REFERENCES class (school_id, id)
);

CREATE TABLE enrolment (
  school_id   id NOT NULL,
  class_id    id NOT NULL,
  pupil_id    id NOT NULL,
  number      int NOT NULL,                     -- STT in the class list
  status      text NOT NULL,                    -- code of data/pupil_statuses.tsv
  from_date   text NOT NULL,
  to_date     text NOT NULL,                    -- '' while in the class
  note        text NOT NULL,
  PRIMARY KEY (school_id, class_id, pupil_id),
  FOREIGN KEY (school_id, class_id) REFERENCES class (school_id, id),
  FOREIGN KEY (school_id, pupil_id) REFERENCES pupil (school_id, id)
);
CREATE INDEX enrolment_of_pupil ON enrolment (school_id, pupil_id);

-- THPT: which of the chosen subjects, and which clusters of study topics, a pupil takes (TT32/2018, TT13/2022).
CREATE TABLE choice (
  school_id   id NOT NULL,
  class_id    id NOT NULL,
  pupil_id    id NOT NULL,
  kind        text NOT NULL CHECK (kind IN ('SUBJECT', 'CLUSTER')),
  subject     text NOT NULL,
  PRIMARY KEY (school_id, class_id, pupil_id, kind, subject),
  FOREIGN KEY (school_id, class_id, pupil_id) REFERENCES enrolment (school_id, class_id, pupil_id)
);

CREATE TABLE exemption (
  school_id   id NOT NULL,
  class_id    id NOT NULL,
  pupil_id    id NOT NULL,
  subject     text NOT NULL,
  period      text NOT NULL,                    -- a term, or CN for the whole year
  kind        text NOT NULL CHECK (kind IN ('EXEMPT', 'EXEMPT_PRACTICE', 'NOT_TAKEN', 'IEP')),
  reason      text NOT NULL,
  decision_no text NOT NULL,
  decision_date text NOT NULL,
  PRIMARY KEY (school_id, class_id, pupil_id, subject, period),
  FOREIGN KEY (school_id, class_id, pupil_id) REFERENCES enrolment (school_id, class_id, pupil_id)
);

-- A duty rests on a decision (D6) and takes effect when the head confirms it.  class_id is NULL for duties of the
-- whole school (HEAD, DEPUTY, CLERK, RECORDS).  A replacement is a new duty; the old one gets its to_date.
CREATE TABLE duty (
  school_id   id NOT NULL,
  id          id NOT NULL,
  year        text NOT NULL,
  class_id    id,
  role        text NOT NULL CHECK (role IN ('SUBJECT', 'HOMEROOM', 'HEAD', 'DEPUTY', 'CLERK', 'RECORDS')),
  subject     text NOT NULL,                    -- '' unless role is SUBJECT
  strand      text NOT NULL,                    -- 'Vật lí' where several teach one subject, else ''
  staff_id    id NOT NULL,
  must_sign   int NOT NULL CHECK (must_sign IN (0, 1)),
  decision_no text NOT NULL,
  decision_date text NOT NULL,
  from_date   text NOT NULL,
  to_date     text NOT NULL,                    -- last day, '' while in force
  replaces    id,
  confirmed_by text,                             -- NULL until the head confirms: not in force
  confirmed_at time,
  PRIMARY KEY (school_id, id),
  FOREIGN KEY (school_id, staff_id) REFERENCES staff (school_id, id),
  FOREIGN KEY (school_id, class_id) REFERENCES class (school_id, id)
);
CREATE INDEX duty_of_class ON duty (school_id, class_id);
CREATE INDEX duty_of_staff ON duty (school_id, staff_id);

-- ---- the mark book -------------------------------------------------------------------------------------
-- A sheet is (class, subject, period); the subject GVCN is the homeroom teacher's sheet (conduct, absences,
-- qualities, remarks).  The columns of a sheet follow from the rules (sheet.h); a cell holds a number (a mark in
-- tenths, or a count) or a word (a level, a remark).

CREATE TABLE mark_sheet (
  school_id   id NOT NULL,
  class_id    id NOT NULL,
  subject     text NOT NULL,
  period      text NOT NULL,
  version     int NOT NULL,                     -- grows by one with each save
  PRIMARY KEY (school_id, class_id, subject, period),
  FOREIGN KEY (school_id, class_id) REFERENCES class (school_id, id)
);

CREATE TABLE mark (
  school_id   id NOT NULL,
  class_id    id NOT NULL,
  subject     text NOT NULL,
  period      text NOT NULL,
  pupil_id    id NOT NULL,
  col         text NOT NULL,
  num         int,
  word        text,
  version     int NOT NULL,                     -- version of the sheet that wrote it
  PRIMARY KEY (school_id, class_id, subject, period, pupil_id, col),
  CHECK (num IS NULL OR word IS NULL),
  FOREIGN KEY (school_id, class_id, pupil_id) REFERENCES enrolment (school_id, class_id, pupil_id)
);

-- Who, when and why of a save; what changed stands in mark_change under the same version.
-- insert-only
CREATE TABLE mark_save (
  school_id   id NOT NULL,
  class_id    id NOT NULL,
  subject     text NOT NULL,
  period      text NOT NULL,
  version     int NOT NULL,
  saved_by    text NOT NULL,
  saved_at    time NOT NULL,
  why         text NOT NULL,                    -- 'nhập', 'nhập từ tệp …', 'phiếu …', 'tiếp nhận …'
  idem_key    text,                             -- a repeated save answers the first one's version
  PRIMARY KEY (school_id, class_id, subject, period, version),
  UNIQUE (school_id, idem_key)
);

-- insert-only
CREATE TABLE mark_change (
  school_id   id NOT NULL,
  class_id    id NOT NULL,
  subject     text NOT NULL,
  period      text NOT NULL,
  version     int NOT NULL,
  pupil_id    id NOT NULL,
  col         text NOT NULL,
  old_num     int,
  old_word    text,
  new_num     int,
  new_word    text,
  PRIMARY KEY (school_id, class_id, subject, period, version, pupil_id, col)
);

-- A row here closes a column (col '' closes the whole sheet).  Removed only by the head's order.
CREATE TABLE mark_lock (
  school_id   id NOT NULL,
  class_id    id NOT NULL,
  subject     text NOT NULL,
  period      text NOT NULL,
  col         text NOT NULL,
  locked_by   text NOT NULL,
  locked_at   time NOT NULL,
  reason      text NOT NULL,
  PRIMARY KEY (school_id, class_id, subject, period, col)
);

-- One cell that an approved docket has opened; gone with the write it was opened for.
CREATE TABLE mark_open (
  school_id   id NOT NULL,
  class_id    id NOT NULL,
  subject     text NOT NULL,
  period      text NOT NULL,
  pupil_id    id NOT NULL,
  col         text NOT NULL,
  docket_id   id NOT NULL,
  PRIMARY KEY (school_id, class_id, subject, period, pupil_id, col)
);

-- The database itself keeps a closed mark closed, and never loses one: a mark is emptied, not deleted.
REFUSE INSERT, UPDATE ON mark AS 'diem.daKhoa' WHEN
  EXISTS (SELECT 1 FROM mark_lock k WHERE k.school_id = ROW.school_id AND k.class_id = ROW.class_id
    AND k.subject = ROW.subject AND k.period = ROW.period AND (k.col = '' OR k.col = ROW.col))
  AND NOT EXISTS (SELECT 1 FROM mark_open o WHERE o.school_id = ROW.school_id AND o.class_id = ROW.class_id
    AND o.subject = ROW.subject AND o.period = ROW.period AND o.pupil_id = ROW.pupil_id AND o.col = ROW.col);
REFUSE DELETE ON mark AS 'diem.khongXoa' WHEN ROW.version > 0;

-- insert-only
CREATE TABLE lock_event (
  school_id   id NOT NULL,
  id          id NOT NULL,
  class_id    id NOT NULL,
  subject     text NOT NULL,
  period      text NOT NULL,
  col         text NOT NULL,
  event       text NOT NULL CHECK (event IN ('LOCK', 'OPEN')),
  done_by     text NOT NULL,
  done_at     time NOT NULL,
  reason      text NOT NULL,
  PRIMARY KEY (school_id, id)
);

-- The correction docket (D11.3, seed002 Đ5): one cell, asked with evidence, approved by the head, opened once.
-- insert-only
CREATE TABLE docket (
  school_id   id NOT NULL,
  id          id NOT NULL,
  class_id    id NOT NULL,
  subject     text NOT NULL,
  period      text NOT NULL,
  pupil_id    id NOT NULL,
  col         text NOT NULL,
  old_num     int,
  old_word    text,
  new_num     int,
  new_word    text,
  reason      text NOT NULL,
  evidence_name text NOT NULL,
  evidence    bytes NOT NULL,
  asked_by    text NOT NULL,
  asked_at    time NOT NULL,
  PRIMARY KEY (school_id, id)
);

-- insert-only
CREATE TABLE docket_event (
  school_id   id NOT NULL,
  docket_id   id NOT NULL,
  ord         int NOT NULL,
  state       text NOT NULL CHECK (state IN ('ASKED', 'APPROVED', 'REFUSED', 'DONE')),
  done_by     text NOT NULL,
  done_at     time NOT NULL,
  note        text NOT NULL,
  PRIMARY KEY (school_id, docket_id, ord),
  UNIQUE (school_id, docket_id, state),         -- each state once: the cell opens once
  FOREIGN KEY (school_id, docket_id) REFERENCES docket (school_id, id)
);

-- The teacher's own count and sum from the paper sheet, to hold against what was entered.
CREATE TABLE control_total (
  school_id   id NOT NULL,
  class_id    id NOT NULL,
  subject     text NOT NULL,
  period      text NOT NULL,
  col         text NOT NULL,
  papers      int NOT NULL,
  sum_tenths  int NOT NULL,
  entered_by  text NOT NULL,
  entered_at  time NOT NULL,
  PRIMARY KEY (school_id, class_id, subject, period, col)
);

-- ---- results and what leaves the school ----------------------------------------------------------------

CREATE TABLE result (
  school_id   id NOT NULL,
  class_id    id NOT NULL,
  period      text NOT NULL,
  pupil_id    id NOT NULL,
  academic    text NOT NULL,                    -- T K Đ CĐ, or HTXS HTT HT CHT, '' when it cannot be told
  conduct     text NOT NULL,
  promotion   text NOT NULL,                    -- as in the contract of `hocba assess`
  award       text NOT NULL,
  complete    int NOT NULL CHECK (complete IN (0, 1)),
  document    text NOT NULL,                    -- the whole answer of the rules for this pupil, explanations included
  computed_at time NOT NULL,
  PRIMARY KEY (school_id, class_id, period, pupil_id),
  FOREIGN KEY (school_id, class_id, pupil_id) REFERENCES enrolment (school_id, class_id, pupil_id)
);

-- insert-only
CREATE TABLE report (
  school_id   id NOT NULL,
  class_id    id NOT NULL,
  period      text NOT NULL,
  version     int NOT NULL,
  message_id  id NOT NULL,                      -- in the outbox
  sha256      text NOT NULL,
  pupils      int NOT NULL,
  marks       int NOT NULL,
  sent_by     text NOT NULL,
  sent_at     time NOT NULL,
  PRIMARY KEY (school_id, class_id, period, version)
);

-- Marks of the first term that came with a pupil from another school: the signed extract itself, and its digest.
-- insert-only
CREATE TABLE extract (
  school_id   id NOT NULL,
  pupil_id    id NOT NULL,
  year        text NOT NULL,
  from_school text NOT NULL,
  number      text NOT NULL,
  signed_on   text NOT NULL,
  sha256      text NOT NULL,
  verdict     text NOT NULL,                    -- of its signatures on the day it came: VALID or INDETERMINATE
  file        bytes NOT NULL,
  received_by text NOT NULL,
  received_at time NOT NULL,
  PRIMARY KEY (school_id, pupil_id, year),
  FOREIGN KEY (school_id, pupil_id) REFERENCES pupil (school_id, id)
);
