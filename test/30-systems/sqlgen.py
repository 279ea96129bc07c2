#!/usr/bin/python3
"""sqlgen refuses what is not in the portable dialect, at file and line, and accepts what is."""
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from tap import ok  # noqa: E402

SQLGEN = sys.argv[1]
SCHEMA = """-- version: 1
CREATE TABLE t (
  school id NOT NULL,
  name text NOT NULL,
  n int,
  body bytes,
  PRIMARY KEY (school, name)
);
-- insert-only
CREATE TABLE fact (id id NOT NULL, t_name text NOT NULL, PRIMARY KEY (id));
"""


def sqlgen(schema, queries=""):
    folder = pathlib.Path(tempfile.mkdtemp())
    (folder / "schema.sql").write_text(schema)
    (folder / "q.sql").write_text(queries)
    done = subprocess.run([SQLGEN, "m", str(folder), str(folder / "schema.sql"), str(folder / "q.sql")],
                          capture_output=True, text=True)
    return done.returncode, done.stderr, folder


def refuses(kind, text, because, line=None):
    schema = SCHEMA + text if kind == "schema" else SCHEMA
    query = "" if kind == "schema" else "-- name: q\n" + text
    code, said, _ = sqlgen(schema, query)
    file = "schema.sql:" if kind == "schema" else "q.sql:"
    place = file + (str(line) + ":" if line else "")
    ok(code == 1 and because in said and place in said, f"refuses {text.strip().splitlines()[0][:70]}", code, said)


code, said, out = sqlgen(SCHEMA, """
-- name: list
-- All of a school.
SELECT name, t.n AS number, count(*) AS total:int FROM t WHERE school = :school:id AND n > :least:int
GROUP BY name, t.n ORDER BY t.n DESC NULLS LAST, name LIMIT :most:int;
-- name: put
INSERT INTO t (school, name, n) VALUES (:school:id, :name:text, :n:int) ON CONFLICT (school, name) DO UPDATE SET n = excluded.n;
-- name: left_
SELECT f.id, x.n FROM fact f LEFT JOIN t x ON x.name = f.t_name ORDER BY f.id;
-- name: common
WITH many AS (SELECT name, n FROM t WHERE n IS NOT NULL) SELECT m.name AS name:text FROM many m ORDER BY m.name NULLS FIRST;
""")
made = (out / "m_sql.h").read_text() + (out / "m_sql.c").read_text() if code == 0 else ""
ok(code == 0, "accepts portable statements", said)
ok("(school id, least int, most int)" in made, "names parameters in their order")
ok('$1::uuid' in made and '?1' in made, "writes both texts")
ok("M_LIST_NUMBER" in made and "STRICT, WITHOUT ROWID" not in made.split("fact")[0], "numbers columns; large rows keep their rowid")
ok("insert-only fact" in made, "writes the triggers of insert-only tables")

for text, because in [
    ("CREATE TABLE a (x varchar NOT NULL, PRIMARY KEY (x));", "want a type"),
    ("CREATE TABLE a (x text NOT NULL);", "primary key"),
    ("CREATE TABLE a (x text DEFAULT CURRENT_TIMESTAMP, PRIMARY KEY (x));", "CURRENT_TIMESTAMP"),
    ("CREATE TABLE a (x id REFERENCES elsewhere (id), PRIMARY KEY (x));", "same module"),
    ("CREATE TABLE a (x int CHECK (x > 1.5), PRIMARY KEY (x));", "whole numbers"),
    ("CREATE TABLE a (x text CHECK (lower(x) = x), PRIMARY KEY (x));", "not a portable function"),
    ("CREATE TABLE a (user text NOT NULL, PRIMARY KEY (user));", "reserved"),
    ("CREATE TABLE t (x text NOT NULL, PRIMARY KEY (x));", "stands twice"),
    ("CREATE TABLE a (x text NOT NULL, PRIMARY KEY (y));", "primary key names y"),
    ("CREATE VIEW v AS SELECT name FROM t;", "VIEW"),
    ("CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END;", "TRIGGER"),
    ("CREATE INDEX i ON t (absent);", "no column absent"),
    ("PRAGMA foreign_keys = OFF;", "PRAGMA"),
    ("DROP TABLE t;", "DROP"),
    ("CREATE TABLE a (x text NOT NULL, PRIMARY KEY (x))", "does not end"),
    ("REFUSE UPDATE ON t AS 'no key' WHEN ROW.n = 1;", "a key like"),
    ("REFUSE UPDATE ON t AS 'm.khoa' WHEN ROW.absent = 1;", "ROW. is followed by"),
    ("-- insert-only\nCREATE INDEX i ON t (n);", "insert-only belongs"),
    ("-- version: 2\n", "migrations 2"),
]:
    if because == "migrations 2":
        code, said, _ = sqlgen(SCHEMA.replace("version: 1", "version: 2"))
        ok(code == 1 and because in said, "refuses a version without its migration", said)
    else:
        refuses("schema", text, because)

for text, because in [
    ("SELECT * FROM t;", "name the columns"),
    ("SELECT t.* FROM t;", "name the columns"),
    ("SELECT name FROM absent;", "no table absent"),
    ("SELECT absent FROM t;", "say the type"),
    ("SELECT absent AS x:int FROM t;", "SQLite: no such column"),
    ("SELECT n FROM t ORDER BY n;", "NULLS"),
    ("SELECT name FROM t ORDER BY n DESC, name;", "NULLS"),
    ("SELECT f.id, x.name FROM fact f LEFT JOIN t x ON x.name = f.t_name ORDER BY x.name;", "NULLS"),
    ("SELECT n + 1 AS more FROM t;", "say the type"),
    ("SELECT name FROM t LIMIT 1;", "LIMIT without ORDER BY"),
    ("SELECT name FROM t WHERE name LIKE :x:text;", "LIKE"),
    ("SELECT name FROM t WHERE name = :x;", "needs its type"),
    ("SELECT name FROM t WHERE name = :x:string;", "parameter type"),
    ("SELECT name FROM t WHERE name = :x:text AND n = :x:int;", "elsewhere"),
    ("SELECT name FROM t WHERE name = :x:int;", ":x is int, column name is text"),
    ("SELECT name FROM t WHERE name = \"x\";", "not in the portable dialect"),
    ("SELECT name FROM t WHERE n IS 1;", "IS is portable only"),
    ("SELECT name FROM t WHERE n / 2 = 1;", "not in the portable dialect"),
    ("SELECT name FROM t WHERE n == 1;", "SQLite"),
    ("SELECT datetime(n) AS x:text FROM t;", "not a portable function"),
    ("SELECT max(n) AS x FROM t;", "say the type"),
    ("SELECT t.name FROM t, fact;", "not with a comma"),
    ("select name from t;", "reserved"),
    ("Select name FROM t;", "keywords are upper case"),
    ("REPLACE INTO t (school, name) VALUES (:s:id, :n:text);", "REPLACE"),
    ("INSERT OR REPLACE INTO t (school, name) VALUES (:s:id, :n:text);", "REPLACE"),
    ("INSERT INTO t VALUES (:s:id, :n:text, 1, :b:bytes);", "names its columns"),
    ("INSERT INTO t (school, absent) VALUES (:s:id, :n:text);", "no column absent"),
    ("INSERT INTO t (school, name) VALUES (:s:id);", "2 columns and 1 values"),
    ("INSERT INTO t (school, name) VALUES (:s:text, :n:text);", ":s is text, column school is id"),
    ("INSERT INTO t (school, name) VALUES (:s:id, :n:text) RETURNING name;", "RETURNING"),
    ("UPDATE t SET n = 1;", "without WHERE"),
    ("DELETE FROM t;", "without WHERE"),
    ("DELETE FROM fact WHERE id = :id:id;", "insert-only"),
    ("UPDATE fact SET t_name = 'x' WHERE id = :id:id;", "insert-only"),
    ("INSERT INTO fact (id, t_name) VALUES (:id:id, 'x') ON CONFLICT (id) DO UPDATE SET t_name = 'y';", "insert-only"),
    ("DROP TABLE t;", "DROP"),
    ("ATTACH 'x' AS y;", "ATTACH"),
    ("CREATE TABLE b (x int, PRIMARY KEY (x));", "belongs to schema.sql"),
    ("SELECT name FROM t", "does not end with ;"),
]:
    refuses("query", text, because)
refuses("query", "SELECT name\nFROM t\nWHERE name LIKE :x:text;", "LIKE", line=4)

code, said, _ = sqlgen(SCHEMA, "SELECT name FROM t;")
ok(code == 1 and "-- name:" in said, "refuses a statement without a name", said)
code, said, _ = sqlgen(SCHEMA, "-- name: q\nSELECT name FROM t;\n-- name: q\nSELECT n FROM t;")
ok(code == 1 and "stands already" in said, "refuses a name twice", said)

# -- migrations: each brings one version forward, and they end at the schema's version
folder = pathlib.Path(tempfile.mkdtemp())
(folder / "migrations").mkdir()
(folder / "schema.sql").write_text(SCHEMA.replace("version: 1", "version: 2").replace("  n int,\n", "  n int,\n  more text,\n")
                                   + "CREATE TABLE extra (id id NOT NULL, PRIMARY KEY (id));\n")
(folder / "migrations" / "2.sql").write_text("ALTER TABLE t ADD COLUMN more text;\nCREATE TABLE extra (id id NOT NULL, PRIMARY KEY (id));\n")
done = subprocess.run([SQLGEN, "m", str(folder), str(folder / "schema.sql"), str(folder / "migrations" / "2.sql")],
                      capture_output=True, text=True)
made = (folder / "m_sql.c").read_text() if done.returncode == 0 else ""
ok(done.returncode == 0 and ".version = 2" in made and "ALTER TABLE t ADD COLUMN more TEXT" in made
   and 'ALTER TABLE t ADD COLUMN more text COLLATE \\"C\\"' in made, "a migration is written for both engines", done.stderr)
