-- name: signer_put
INSERT INTO signer (school_id, file_id, slot, ord, role, subject, subject_name, ordinal, person_id, personal_id, name,
  duty_from, duty_to, stand_in)
VALUES (:school:id, :file:id, :slot:text, :ord:int, :role:text, :subject:text, :subject_name:text, :ordinal:int,
  :person:text, :personal_id:text, :name:text, :duty_from:text, :duty_to:text, :stand_in:text);

-- name: signer_list
-- The roll of a file with what is signed.
SELECT s.slot, s.ord, s.role, s.subject, s.subject_name, s.ordinal, s.person_id, s.personal_id, s.name, s.duty_from,
  s.duty_to, s.stand_in, g.at AS signed_at, g.certificate, g.fingerprint
FROM signer s LEFT JOIN signature g ON g.school_id = s.school_id AND g.file_id = s.file_id AND g.slot = s.slot
WHERE s.school_id = :school:id AND s.file_id = :file:id ORDER BY s.ord;

-- name: signer_files
-- Files that still wait for a signature of this person, oldest first; which of them he may sign now is for the table of
-- states to say.
SELECT f.id, f.period, f.class_name, f.year, e.state FROM file f
JOIN file_event e ON e.school_id = f.school_id AND e.file_id = f.id
WHERE f.school_id = :school:id AND e.state IN ('REVIEWED', 'TEACHERS', 'HOMEROOM', 'HEAD')
  AND NOT EXISTS (SELECT 1 FROM file_event l WHERE l.school_id = e.school_id AND l.file_id = e.file_id AND l.seq > e.seq)
  AND EXISTS (SELECT 1 FROM signer s WHERE s.school_id = f.school_id AND s.file_id = f.id AND s.person_id = :person:text
    AND NOT EXISTS (SELECT 1 FROM signature g WHERE g.school_id = s.school_id AND g.file_id = s.file_id
      AND g.slot = s.slot))
ORDER BY f.year, f.class_name, f.period, f.id;

-- name: signature_put
INSERT INTO signature (school_id, file_id, slot, at, person_id, certificate, fingerprint, body_seq)
VALUES (:school:id, :file:id, :slot:text, :at:time, :person:text, :certificate:text, :fingerprint:text, :body_seq:int);

-- name: hand_over_put
INSERT INTO hand_over (school_id, file_id, message_id, at) VALUES (:school:id, :file:id, :message:id, :at:time);

-- name: hand_over_by_message
SELECT school_id, file_id FROM hand_over WHERE message_id = :message:id;

-- name: hand_over_answer_put
INSERT INTO hand_over_answer (school_id, message_id, at, accepted, errors)
VALUES (:school:id, :message:id, :at:time, :accepted:int, :errors:text);

-- name: hand_over_list
SELECT h.at, a.accepted, a.errors FROM hand_over h
LEFT JOIN hand_over_answer a ON a.school_id = h.school_id AND a.message_id = h.message_id
WHERE h.school_id = :school:id AND h.file_id = :file:id ORDER BY h.at, h.message_id;

-- name: seal_pending
-- Sealed files that have not left yet: they wait for the evidence of their signatures.
SELECT f.id FROM file f JOIN file_event e ON e.school_id = f.school_id AND e.file_id = f.id
WHERE f.school_id = :school:id AND e.state = 'SEALED'
  AND NOT EXISTS (SELECT 1 FROM hand_over h WHERE h.school_id = f.school_id AND h.file_id = f.id)
ORDER BY f.id;

-- name: scope_subject_teacher
-- Does any roll of the school name this person as a subject teacher?
SELECT count(*) AS n:int FROM signer WHERE school_id = :school:id AND person_id = :person:text AND role = 'GVBM';

-- name: scope_homeroom
SELECT count(*) AS n:int FROM signer WHERE school_id = :school:id AND person_id = :person:text AND role = 'GVCN';
