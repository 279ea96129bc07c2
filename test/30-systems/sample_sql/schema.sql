-- A small school for the tests of lib/db: every kind of column, rule and reference.
CREATE TABLE class (
  school id NOT NULL,
  id id NOT NULL,
  name text NOT NULL,
  room int,
  PRIMARY KEY (school, id),
  UNIQUE (school, name)
);

CREATE TABLE mark (
  school id NOT NULL,
  class id NOT NULL,
  pupil text NOT NULL,
  tenths int NOT NULL CHECK (tenths BETWEEN 0 AND 100),
  PRIMARY KEY (school, class, pupil),
  FOREIGN KEY (school, class) REFERENCES class (school, id)
);

CREATE TABLE column_lock (
  school id NOT NULL,
  class id NOT NULL,
  PRIMARY KEY (school, class)
);
REFUSE INSERT, UPDATE, DELETE ON mark AS 'mau.daKhoa' WHEN
  EXISTS (SELECT 1 FROM column_lock l WHERE l.school = ROW.school AND l.class = ROW.class);

-- insert-only
CREATE TABLE event (
  id id NOT NULL,
  at time NOT NULL,
  body bytes,
  PRIMARY KEY (id)
);

CREATE TABLE counter (
  name text NOT NULL,
  n int NOT NULL DEFAULT 0,
  PRIMARY KEY (name)
);
