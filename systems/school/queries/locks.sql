-- name: lock_put
INSERT INTO mark_lock (school_id, class_id, subject, period, col, locked_by, locked_at, reason)
VALUES (:school:id, :class:id, :subject:text, :period:text, :col:text, :by:text, :at:time, :reason:text)
ON CONFLICT (school_id, class_id, subject, period, col) DO NOTHING;

-- name: lock_drop
DELETE FROM mark_lock WHERE school_id = :school:id AND class_id = :class:id AND subject = :subject:text
  AND period = :period:text AND col = :col:text;

-- name: locks_of_sheet
SELECT col, locked_by, locked_at, reason FROM mark_lock
WHERE school_id = :school:id AND class_id = :class:id AND subject = :subject:text AND period = :period:text
ORDER BY col;

-- name: locks_of_class
SELECT subject, period, col, locked_by, locked_at, reason FROM mark_lock
WHERE school_id = :school:id AND class_id = :class:id ORDER BY subject, period, col;

-- name: lock_event_add
INSERT INTO lock_event (school_id, id, class_id, subject, period, col, event, done_by, done_at, reason)
VALUES (:school:id, :id:id, :class:id, :subject:text, :period:text, :col:text, :event:text, :by:text, :at:time,
  :reason:text);

-- name: open_put
INSERT INTO mark_open (school_id, class_id, subject, period, pupil_id, col, docket_id)
VALUES (:school:id, :class:id, :subject:text, :period:text, :pupil:id, :col:text, :docket:id);

-- name: open_drop
DELETE FROM mark_open WHERE school_id = :school:id AND docket_id = :docket:id;

-- name: opens_of_sheet
SELECT pupil_id, col, docket_id FROM mark_open
WHERE school_id = :school:id AND class_id = :class:id AND subject = :subject:text AND period = :period:text
ORDER BY pupil_id, col;

-- name: docket_add
INSERT INTO docket (school_id, id, class_id, subject, period, pupil_id, col, old_num, old_word, new_num, new_word,
  reason, evidence_name, evidence, asked_by, asked_at)
VALUES (:school:id, :id:id, :class:id, :subject:text, :period:text, :pupil:id, :col:text, :old_num:int,
  :old_word:text, :new_num:int, :new_word:text, :reason:text, :evidence_name:text, :evidence:bytes, :by:text, :at:time);

-- name: docket_get
SELECT class_id, subject, period, pupil_id, col, old_num, old_word, new_num, new_word, reason, evidence_name, asked_by,
  asked_at FROM docket WHERE school_id = :school:id AND id = :docket:id;

-- name: docket_evidence
SELECT evidence_name, evidence FROM docket WHERE school_id = :school:id AND id = :docket:id;

-- name: docket_event_add
INSERT INTO docket_event (school_id, docket_id, ord, state, done_by, done_at, note)
VALUES (:school:id, :docket:id, :ord:int, :state:text, :by:text, :at:time, :note:text);

-- name: docket_state
SELECT ord, state FROM docket_event WHERE school_id = :school:id AND docket_id = :docket:id
ORDER BY ord DESC LIMIT 1;

-- name: docket_list
SELECT d.id, d.class_id, c.code AS class_code:text, d.subject, d.period, d.pupil_id, p.full_name, d.col, d.old_num,
  d.old_word, d.new_num, d.new_word, d.reason, d.asked_by, d.asked_at, v.state, v.done_by, v.done_at, v.note
FROM docket d
JOIN class c ON c.school_id = d.school_id AND c.id = d.class_id
JOIN pupil p ON p.school_id = d.school_id AND p.id = d.pupil_id
JOIN docket_event v ON v.school_id = d.school_id AND v.docket_id = d.id
WHERE d.school_id = :school:id AND c.year = :year:text
  AND v.ord = (SELECT max(w.ord) FROM docket_event w WHERE w.school_id = d.school_id AND w.docket_id = d.id)
ORDER BY d.asked_at, d.id;
