-- name: report_put
INSERT INTO report (school_id, id, year, period, class_id, class_name, grade, circular, revision, prepared_at, received_at,
  message_id, payload, payload_sha256)
VALUES (:school:id, :id:id, :year:text, :period:text, :class:text, :class_name:text, :grade:int, :circular:text,
  :revision:int, :prepared_at:time, :received_at:time, :message:id, :payload:bytes, :payload_sha256:bytes);

-- name: report_count_put
INSERT INTO report_count (school_id, report_id, what, n) VALUES (:school:id, :report:id, :what:text, :n:int);

-- name: report_pupil_put
INSERT INTO report_pupil (school_id, report_id, pupil_id, personal_id, standing, academic, conduct, education, promotion,
  award)
VALUES (:school:id, :report:id, :pupil:text, :personal_id:text, :standing:text, :academic:text, :conduct:text,
  :education:text, :promotion:text, :award:text);

-- name: report_event_put
INSERT INTO report_event (school_id, report_id, seq, at, state, actor, detail)
VALUES (:school:id, :report:id, :seq:int, :at:time, :state:text, :actor:text, :detail:text);

-- name: report_newest
-- The newest revision of a class's period with its state.
SELECT r.id, r.revision, r.payload_sha256, e.state, e.seq FROM report r
JOIN report_event e ON e.school_id = r.school_id AND e.report_id = r.id
WHERE r.school_id = :school:id AND r.year = :year:text AND r.period = :period:text AND r.class_id = :class:text
  AND NOT EXISTS (SELECT 1 FROM report n WHERE n.school_id = r.school_id AND n.year = r.year AND n.period = r.period
    AND n.class_id = r.class_id AND n.revision > r.revision)
  AND NOT EXISTS (SELECT 1 FROM report_event l WHERE l.school_id = e.school_id AND l.report_id = e.report_id
    AND l.seq > e.seq);

-- name: report_state
SELECT e.state, e.seq FROM report_event e WHERE e.school_id = :school:id AND e.report_id = :report:id
  AND NOT EXISTS (SELECT 1 FROM report_event l WHERE l.school_id = e.school_id AND l.report_id = e.report_id
    AND l.seq > e.seq);

-- name: report_get
SELECT r.id, r.year, r.period, r.class_id, r.class_name, r.grade, r.circular, r.revision, r.prepared_at, r.received_at,
  r.payload, r.payload_sha256, s.code AS school_code FROM report r JOIN school s ON s.id = r.school_id
WHERE r.school_id = :school:id AND r.id = :report:id;

-- name: report_counts
SELECT what, n FROM report_count WHERE school_id = :school:id AND report_id = :report:id ORDER BY what;

-- name: report_events
SELECT seq, at, state, actor, detail FROM report_event WHERE school_id = :school:id AND report_id = :report:id ORDER BY seq;

-- name: report_list
-- Every revision, newest class first by name; after: key of the last row of the page before.
SELECT s.code AS school_code, r.id, r.year, r.period, r.class_id, r.class_name, r.grade, r.revision, r.received_at, e.state
FROM report r JOIN school s ON s.id = r.school_id
JOIN report_event e ON e.school_id = r.school_id AND e.report_id = r.id
WHERE r.year = :year:text AND r.period = :period:text AND s.code = :code:text AND r.id > :after:id
  AND NOT EXISTS (SELECT 1 FROM report_event l WHERE l.school_id = e.school_id AND l.report_id = e.report_id
    AND l.seq > e.seq)
ORDER BY r.id LIMIT :limit:int;

-- name: report_ids
SELECT school_id, id FROM report ORDER BY school_id, id;

-- name: frozen_put
INSERT INTO frozen (school_id, report_id, frozen_at, xml, xml_sha256, message_id)
VALUES (:school:id, :report:id, :frozen_at:time, :xml:bytes, :xml_sha256:bytes, :message:id);

-- name: frozen_by_message
SELECT school_id, report_id FROM frozen WHERE message_id = :message:id;

-- name: frozen_get
SELECT frozen_at, xml, xml_sha256, message_id FROM frozen WHERE school_id = :school:id AND report_id = :report:id;
