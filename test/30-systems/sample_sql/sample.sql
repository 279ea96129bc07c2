-- name: class_put
INSERT INTO class (school, id, name, room) VALUES (:school:id, :id:id, :name:text, :room:int);

-- name: class_list
-- Classes by room, those without one last.
SELECT id, name, room FROM class WHERE school = :school:id ORDER BY room NULLS LAST, name;

-- name: mark_put
INSERT INTO mark (school, class, pupil, tenths) VALUES (:school:id, :class:id, :pupil:text, :tenths:int)
ON CONFLICT (school, class, pupil) DO UPDATE SET tenths = excluded.tenths;

-- name: mark_list
SELECT c.name AS class_name, m.pupil, m.tenths FROM mark m JOIN class c ON c.school = m.school AND c.id = m.class
WHERE m.school = :school:id ORDER BY m.pupil;

-- name: mark_sum
SELECT coalesce(sum(tenths), 0) AS total:int FROM mark WHERE school = :school:id;

-- name: mark_drop
DELETE FROM mark WHERE school = :school:id AND pupil = :pupil:text;

-- name: lock_put
INSERT INTO column_lock (school, class) VALUES (:school:id, :class:id);

-- name: event_put
INSERT INTO event (id, at, body) VALUES (:id:id, :at:time, :body:bytes);

-- name: event_get
SELECT at, body FROM event WHERE id = :id:id;

-- name: event_count
SELECT count(*) AS n:int FROM event;

-- name: counter_put
INSERT INTO counter (name, n) VALUES (:name:text, :n:int) ON CONFLICT (name) DO NOTHING;

-- name: counter_get
SELECT n FROM counter WHERE name = :name:text;

-- name: counter_set
UPDATE counter SET n = :n:int WHERE name = :name:text;
