-- name: source_add
INSERT INTO source (school_id, id, class_id, class_name, year, period, level, grade, revision, pupils, fingerprint, message_id,
  xml, sha256, received_at)
VALUES (:school:id, :id:id, :class:id, :class_name:text, :year:text, :period:text, :level:text, :grade:int, :revision:int, :pupils:int,
  :fingerprint:text, :message:id, :xml:bytes, :sha256:text, :at:time);

-- name: source_row
SELECT class_id, class_name, year, period, level, grade, revision, fingerprint, xml, sha256 FROM source
WHERE school_id = :school:id AND id = :id:id;

-- name: source_by_fingerprint
SELECT id FROM source WHERE school_id = :school:id AND fingerprint = :fingerprint:text;

-- name: sources_of_year
SELECT id, class_id, class_name, period, level, grade, revision, fingerprint, received_at FROM source
WHERE school_id = :school:id AND year = :year:text ORDER BY grade, class_name, period, revision;

-- The newest file of a class comes first.
-- name: sources_newest
SELECT id, class_id, period, revision FROM source WHERE school_id = :school:id AND year = :year:text
ORDER BY received_at DESC, revision DESC, id DESC;

-- The year's files of a class, the newest first.
-- name: source_of_year
SELECT id FROM source WHERE school_id = :school:id AND class_id = :class:id AND year = :year:text AND period = 'CN'
ORDER BY received_at DESC, revision DESC, id DESC;

-- name: fault_put
INSERT INTO build_fault (school_id, source_id, pupil_id, pupil_name, key, message, at)
VALUES (:school:id, :source:id, :pupil:id, :pupil_name:text, :key:text, :message:text, :at:time)
ON CONFLICT (school_id, source_id, pupil_id) DO UPDATE SET key = excluded.key, message = excluded.message, at = excluded.at;

-- name: fault_drop
DELETE FROM build_fault WHERE school_id = :school:id AND source_id = :source:id AND pupil_id = :pupil:id;

-- name: faults_of
SELECT pupil_id, pupil_name, key, message FROM build_fault WHERE school_id = :school:id AND source_id = :source:id
ORDER BY pupil_name, pupil_id;

-- Pupils of a year by the newest year file of each class: what the head answers for when he closes it (D14.1).
-- name: pupils_of_year
SELECT coalesce(sum(s.pupils), 0) AS n:int FROM source s
WHERE s.school_id = :school:id AND s.year = :year:text AND s.period = 'CN' AND NOT EXISTS (SELECT 1 FROM source o
  WHERE o.school_id = s.school_id AND o.class_id = s.class_id AND o.year = s.year AND o.period = 'CN'
  AND o.revision > s.revision);
