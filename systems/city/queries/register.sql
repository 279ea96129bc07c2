-- name: school_get
SELECT name, member, version FROM city_school WHERE code = :code:text;

-- name: school_put
INSERT INTO city_school (code, name, member, version) VALUES (:code:text, :name:text, :member:text, 1)
ON CONFLICT (code) DO UPDATE SET name = excluded.name, member = excluded.member, version = city_school.version + 1;

-- name: school_list
SELECT code, name, member, version FROM city_school ORDER BY code;

-- name: event_put
INSERT INTO city_event (subject, ordinal, state, at, actor, reason)
VALUES (:subject:id, :ordinal:int, :state:text, :at:time, :actor:text, :reason:text);

-- name: event_last
SELECT ordinal, state, at FROM city_event WHERE subject = :subject:id ORDER BY ordinal DESC LIMIT 1;

-- name: event_list
SELECT state, at, actor, reason FROM city_event WHERE subject = :subject:id ORDER BY ordinal;

-- name: certificate_put
INSERT INTO city_certificate (school, id, fingerprint, der, subject, issuer, serial, not_before, not_after, from_date,
  to_date, decision_number, decision_date, decision_by)
VALUES (:school:text, :id:id, :fingerprint:text, :der:bytes, :subject:text, :issuer:text, :serial:text, :not_before:time,
  :not_after:time, :from_date:text, :to_date:text, :decision_number:text, :decision_date:text, :decision_by:text);

-- name: certificate_of_school
SELECT id, from_date, to_date FROM city_certificate WHERE school = :school:text AND fingerprint = :fingerprint:text;

-- name: certificate_get
SELECT school, fingerprint FROM city_certificate WHERE id = :id:id;

-- name: certificate_list
-- Newest first; state '' for all.
SELECT c.id, c.school, s.name AS school_name, c.fingerprint, c.subject, c.issuer, c.serial, c.not_before, c.not_after,
  c.from_date, c.to_date, c.decision_number, c.decision_date, c.decision_by, e.state, e.at
FROM city_certificate c JOIN city_school s ON s.code = c.school
JOIN city_event e ON e.subject = c.id AND e.ordinal = (SELECT max(x.ordinal) FROM city_event x WHERE x.subject = c.id)
WHERE :state:text = '' OR e.state = :state:text ORDER BY c.id DESC LIMIT :limit:int;
