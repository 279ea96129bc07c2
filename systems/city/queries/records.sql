-- name: file_put
INSERT INTO city_file (sha256, size, packed) VALUES (:sha256:text, :size:int, :packed:bytes) ON CONFLICT (sha256) DO NOTHING;

-- name: file_get
SELECT size, packed FROM city_file WHERE sha256 = :sha256:text;

-- name: record_put
INSERT INTO city_record (id, code_id, year, version, school, fingerprint, replaces, xml, pdf, seal_certificate, sealed, received)
VALUES (:id:id, :code_id:id, :year:text, :version:int, :school:text, :fingerprint:text, :replaces:text, :xml:text, :pdf:text,
  :seal_certificate:text, :sealed:time, :received:time);

-- name: records_of_code
-- All versions of all years with their states, oldest first.
SELECT r.id, r.year, r.version, r.school, r.fingerprint, r.xml, r.pdf, r.sealed, r.received, e.state, e.at FROM city_record r
JOIN city_event e ON e.subject = r.id AND e.ordinal = (SELECT max(x.ordinal) FROM city_event x WHERE x.subject = r.id)
WHERE r.code_id = :code_id:id ORDER BY r.year, r.version;

-- name: records_of_pupil
-- The same over all levels of one pupil.
SELECT r.id, c.code, r.year, r.version, r.fingerprint, r.xml, r.pdf, e.state FROM city_holder h
JOIN city_code c ON c.id = h.code_id JOIN city_record r ON r.code_id = c.id
JOIN city_event e ON e.subject = r.id AND e.ordinal = (SELECT max(x.ordinal) FROM city_event x WHERE x.subject = r.id)
WHERE h.personal_id = :personal_id:text ORDER BY r.year, r.version, c.code;

-- name: records_in_state
-- Of one school and year.
SELECT r.id FROM city_record r
JOIN city_event e ON e.subject = r.id AND e.ordinal = (SELECT max(x.ordinal) FROM city_event x WHERE x.subject = r.id)
WHERE r.school = :school:text AND r.year = :year:text AND e.state = :state:text ORDER BY r.id;

-- name: record_page
-- For checking everything, by id.
SELECT r.id, c.code, r.year, r.version, r.fingerprint, r.xml, r.pdf, r.seal_certificate, r.school, r.sealed
FROM city_record r JOIN city_code c ON c.id = r.code_id WHERE r.id > :after:id ORDER BY r.id LIMIT :limit:int;

-- name: closing_get
SELECT at, locked FROM city_closing WHERE school = :school:text AND year = :year:text AND round = :round:text;

-- name: closing_put
INSERT INTO city_closing (school, year, round, at, actor, locked)
VALUES (:school:text, :year:text, :round:text, :at:time, :actor:text, :locked:int);

-- name: missing_put
INSERT INTO city_missing (school, year, round, ordinal, code, personal_id, reason)
VALUES (:school:text, :year:text, :round:text, :ordinal:int, :code:text, :personal_id:text, :reason:text);

-- name: missing_find
SELECT count(*) AS n:int FROM city_missing WHERE school = :school:text AND year = :year:text AND round = :round:text
  AND (code = :code:text OR personal_id = :personal_id:text);

-- name: missing_list
SELECT round, code, reason FROM city_missing WHERE school = :school:text AND year = :year:text ORDER BY round, ordinal;

-- name: current_count
-- Pupils of a school whose year is here.
SELECT count(*) AS n:int FROM city_record r
JOIN city_event e ON e.subject = r.id AND e.ordinal = (SELECT max(x.ordinal) FROM city_event x WHERE x.subject = r.id)
WHERE r.school = :school:text AND r.year = :year:text AND e.state IN ('DEPOSITED', 'LOCKED', 'AT_MINISTRY');

-- name: schools_to_close
-- Schools with records of a year, not closed in this round.
SELECT DISTINCT r.school FROM city_record r WHERE r.year = :year:text AND NOT EXISTS (
  SELECT 1 FROM city_closing k WHERE k.school = r.school AND k.year = :year:text AND k.round = :round:text)
ORDER BY r.school;

-- name: correction_put
INSERT INTO city_correction (id, record_id, reason, decision_number, decision_date)
VALUES (:id:id, :record_id:id, :reason:text, :decision_number:text, :decision_date:text);

-- name: correction_of_record
SELECT q.id, e.state FROM city_correction q
JOIN city_event e ON e.subject = q.id AND e.ordinal = (SELECT max(x.ordinal) FROM city_event x WHERE x.subject = q.id)
WHERE q.record_id = :record_id:id ORDER BY q.id DESC LIMIT 1;

-- name: correction_get
SELECT record_id FROM city_correction WHERE id = :id:id;

-- name: correction_list
SELECT q.id, c.code, r.year, r.version, r.school, q.reason, q.decision_number, q.decision_date, e.state, e.at
FROM city_correction q JOIN city_record r ON r.id = q.record_id JOIN city_code c ON c.id = r.code_id
JOIN city_event e ON e.subject = q.id AND e.ordinal = (SELECT max(x.ordinal) FROM city_event x WHERE x.subject = q.id)
WHERE :state:text = '' OR e.state = :state:text ORDER BY q.id DESC LIMIT :limit:int;

-- name: progress
-- How far each school is in a year: counts by state of the records; state NULL where nothing is deposited.
SELECT s.code, s.name, e.state, count(r.id) AS records:int FROM city_school s
LEFT JOIN city_record r ON r.school = s.code AND r.year = :year:text
LEFT JOIN city_event e ON e.subject = r.id AND e.ordinal = (SELECT max(x.ordinal) FROM city_event x WHERE x.subject = r.id)
GROUP BY s.code, s.name, e.state ORDER BY s.code, e.state NULLS FIRST;
