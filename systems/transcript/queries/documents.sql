-- name: document_add
INSERT INTO document (school_id, id, kind, pupil_id, pupil_name, name_key, personal_id, class_id, class_name, level, grade,
  year, year_key, record_code, revision, base_id, replaces_id, source_id, profile, secret, effective_at, late, state,
  fingerprint, created_at)
VALUES (:school:id, :id:id, :kind:text, :pupil:id, :pupil_name:text, :name_key:text, :personal_id:text, :class:id,
  :class_name:text, :level:text, :grade:int, :year:text, :year_key:text, :record_code:text, :revision:int, :base:id,
  :replaces:id, :source:id, :profile:int, :secret:bytes, :effective_at:time, :late:int, :state:text, '', :at:time);

-- name: document_row
SELECT id, kind, pupil_id, pupil_name, personal_id, class_id, class_name, level, grade, year, year_key, record_code, revision,
  base_id, replaces_id, source_id, profile, secret, effective_at, late, state, fingerprint
FROM document WHERE school_id = :school:id AND id = :id:id;

-- name: document_state_set
UPDATE document SET state = :state:text WHERE school_id = :school:id AND id = :id:id;

-- name: document_fingerprint_set
UPDATE document SET fingerprint = :fingerprint:text WHERE school_id = :school:id AND id = :id:id;

-- name: event_last
SELECT coalesce(max(seq), 0) AS n:int FROM document_event WHERE school_id = :school:id AND document_id = :document:id;

-- name: event_add
INSERT INTO document_event (school_id, document_id, seq, event, state, actor, note, at)
VALUES (:school:id, :document:id, :seq:int, :event:text, :state:text, :actor:text, :note:text, :at:time);

-- name: events_of
SELECT seq, event, state, actor, note, at FROM document_event
WHERE school_id = :school:id AND document_id = :document:id ORDER BY seq;

-- Documents of one pupil and key, the newest revision first.
-- name: documents_of_year
SELECT id, revision, source_id, state, fingerprint FROM document
WHERE school_id = :school:id AND pupil_id = :pupil:id AND year_key = :year_key:text ORDER BY revision DESC;

-- What a new year continues: issued years of the pupil, the newest first.
-- name: documents_issued
SELECT id, year, revision FROM document
WHERE school_id = :school:id AND pupil_id = :pupil:id AND kind = 'YEAR' AND state IN ('ISSUED', 'DEPOSITED', 'LOCKED')
ORDER BY year DESC, revision DESC;

-- name: documents_of_class
SELECT id, kind, pupil_id, pupil_name, record_code, revision, late, state, fingerprint FROM document
WHERE school_id = :school:id AND class_id = :class:id AND year = :year:text ORDER BY name_key, kind, revision;

-- name: documents_of_pupil
SELECT id, kind, class_name, level, grade, year, record_code, revision, late, state, fingerprint FROM document
WHERE school_id = :school:id AND pupil_id = :pupil:id ORDER BY year, kind, revision;

-- name: documents_all
SELECT id FROM document WHERE school_id = :school:id ORDER BY id;

-- name: document_by_record
SELECT id, state FROM document
WHERE school_id = :school:id AND record_code = :record_code:text AND year = :year:text AND revision = :revision:int
  AND kind = 'YEAR' ORDER BY id;

-- name: documents_deposited
SELECT id FROM document WHERE school_id = :school:id AND year = :year:text AND kind = 'YEAR' AND state = 'DEPOSITED'
ORDER BY id;

-- Pupils with a code who have no deposited year: the list the head closes the year with (D14.1).
-- name: missing_of_year
SELECT c.pupil_id, c.level, c.code, c.state, c.note FROM code c
WHERE c.school_id = :school:id AND c.state <> 'CANCELLED' AND NOT EXISTS (SELECT 1 FROM document d WHERE d.school_id = c.school_id
  AND d.pupil_id = c.pupil_id AND d.level = c.level AND d.year = :year:text AND d.kind = 'YEAR'
  AND d.state IN ('DEPOSITED', 'LOCKED')) ORDER BY c.level, c.pupil_id;

-- Progress: every class of a year with its documents by state.
-- name: progress
SELECT class_id, class_name, grade, state, count(*) AS n:int FROM document
WHERE school_id = :school:id AND year = :year:text AND kind = 'YEAR'
GROUP BY class_id, class_name, grade, state ORDER BY grade, class_name, class_id, state;

-- name: draft_add
INSERT INTO draft_file (school_id, document_id, format, version, bytes, sha256)
VALUES (:school:id, :document:id, :format:text, 1, :bytes:bytes, :sha256:text);

-- name: draft_get
SELECT version, bytes, sha256 FROM draft_file
WHERE school_id = :school:id AND document_id = :document:id AND format = :format:text;

-- name: draft_put
UPDATE draft_file SET version = version + 1, bytes = :bytes:bytes, sha256 = :sha256:text
WHERE school_id = :school:id AND document_id = :document:id AND format = :format:text AND version = :version:int;

-- name: drafts_drop
DELETE FROM draft_file WHERE school_id = :school:id AND document_id = :document:id;

-- name: issued_add
INSERT INTO issued_file (school_id, document_id, format, bytes, sha256, issued_at)
VALUES (:school:id, :document:id, :format:text, :bytes:bytes, :sha256:text, :at:time);

-- name: issued_get
SELECT bytes, sha256, issued_at FROM issued_file
WHERE school_id = :school:id AND document_id = :document:id AND format = :format:text;

-- Complete, waiting for issue.
-- name: documents_signed
SELECT id FROM document WHERE school_id = :school:id AND state = 'SIGNED' ORDER BY id;

-- A homeroom teacher's own class or document, or any he has where none is named (the signing room): the roll says so.
-- name: homeroom_scope
SELECT count(*) AS n:int FROM signer s JOIN document d ON d.school_id = s.school_id AND d.id = s.document_id
WHERE s.school_id = :school:id AND s.person_id = :person:id AND s.role = 'GVCN'
  AND (d.class_id = :class:id OR d.id = :document:id OR (:class:id IS NULL AND :document:id IS NULL));

-- A subject teacher stands on some roll.
-- name: teacher_scope
SELECT count(*) AS n:int FROM signer WHERE school_id = :school:id AND person_id = :person:id AND role = 'GVBM';
