-- name: file_put
INSERT INTO file (school_id, id, year, period, class_id, class_name, grade, revision, replaces, missing, frozen_sha256,
  created_at, message_id)
VALUES (:school:id, :id:id, :year:text, :period:text, :class:text, :class_name:text, :grade:int, :revision:int,
  :replaces:text, :missing:int, :frozen_sha256:bytes, :created_at:time, :message:id);

-- name: file_newest
SELECT f.id, f.revision, f.frozen_sha256 FROM file f
WHERE f.school_id = :school:id AND f.year = :year:text AND f.period = :period:text AND f.class_id = :class:text
  AND NOT EXISTS (SELECT 1 FROM file n WHERE n.school_id = f.school_id AND n.year = f.year AND n.period = f.period
    AND n.class_id = f.class_id AND n.revision > f.revision);

-- name: file_get
-- A file with its state.
SELECT f.id, f.year, f.period, f.class_id, f.class_name, f.grade, f.revision, f.replaces, f.missing, f.frozen_sha256,
  f.created_at, e.state, e.seq AS event_seq FROM file f
JOIN file_event e ON e.school_id = f.school_id AND e.file_id = f.id
WHERE f.school_id = :school:id AND f.id = :file:id
  AND NOT EXISTS (SELECT 1 FROM file_event l WHERE l.school_id = e.school_id AND l.file_id = e.file_id AND l.seq > e.seq);

-- name: file_list
-- Files of a school year with state and signatures n of m; after: id of the last row of the page before.
SELECT f.id, f.year, f.period, f.class_id, f.class_name, f.grade, f.revision, f.missing, f.created_at, e.state,
  (SELECT count(*) FROM signature g WHERE g.school_id = f.school_id AND g.file_id = f.id) AS signed:int,
  (SELECT count(*) FROM signer s WHERE s.school_id = f.school_id AND s.file_id = f.id) AS required:int
FROM file f JOIN file_event e ON e.school_id = f.school_id AND e.file_id = f.id
WHERE f.school_id = :school:id AND f.year = :year:text AND f.id > :after:id
  AND (:period:text = '' OR f.period = :period:text)
  AND NOT EXISTS (SELECT 1 FROM file_event l WHERE l.school_id = e.school_id AND l.file_id = e.file_id AND l.seq > e.seq)
ORDER BY f.id LIMIT :limit:int;

-- name: file_ids
SELECT school_id, id FROM file ORDER BY school_id, id;

-- name: body_put
INSERT INTO file_body (school_id, file_id, seq, at, size, sha256, body)
VALUES (:school:id, :file:id, :seq:int, :at:time, :size:int, :sha256:text, :body:bytes);

-- name: body_newest
SELECT b.seq, b.size, b.sha256, b.body FROM file_body b WHERE b.school_id = :school:id AND b.file_id = :file:id
  AND NOT EXISTS (SELECT 1 FROM file_body l WHERE l.school_id = b.school_id AND l.file_id = b.file_id AND l.seq > b.seq);

-- name: body_seq
SELECT coalesce(max(seq), 0) AS seq:int FROM file_body WHERE school_id = :school:id AND file_id = :file:id;

-- name: event_put
INSERT INTO file_event (school_id, file_id, seq, at, state, actor, slot, reason)
VALUES (:school:id, :file:id, :seq:int, :at:time, :state:text, :actor:text, :slot:text, :reason:text);

-- name: event_list
SELECT seq, at, state, actor, slot, reason FROM file_event WHERE school_id = :school:id AND file_id = :file:id ORDER BY seq;
