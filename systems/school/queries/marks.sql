-- name: sheet_open
INSERT INTO mark_sheet (school_id, class_id, subject, period, version)
VALUES (:school:id, :class:id, :subject:text, :period:text, 0)
ON CONFLICT (school_id, class_id, subject, period) DO NOTHING;

-- name: sheet_version
SELECT version FROM mark_sheet
WHERE school_id = :school:id AND class_id = :class:id AND subject = :subject:text AND period = :period:text;

-- name: sheet_step
UPDATE mark_sheet SET version = version + 1
WHERE school_id = :school:id AND class_id = :class:id AND subject = :subject:text AND period = :period:text;

-- name: marks_of_sheet
SELECT pupil_id, col, num, word, version FROM mark
WHERE school_id = :school:id AND class_id = :class:id AND subject = :subject:text AND period = :period:text
ORDER BY pupil_id, col;

-- name: marks_of_class
SELECT subject, period, pupil_id, col, num, word FROM mark
WHERE school_id = :school:id AND class_id = :class:id ORDER BY subject, period, pupil_id, col;

-- name: mark_put
INSERT INTO mark (school_id, class_id, subject, period, pupil_id, col, num, word, version)
VALUES (:school:id, :class:id, :subject:text, :period:text, :pupil:id, :col:text, :num:int, :word:text, :version:int)
ON CONFLICT (school_id, class_id, subject, period, pupil_id, col) DO UPDATE SET num = excluded.num,
  word = excluded.word, version = excluded.version;

-- name: mark_change_add
INSERT INTO mark_change (school_id, class_id, subject, period, version, pupil_id, col, old_num, old_word, new_num,
  new_word)
VALUES (:school:id, :class:id, :subject:text, :period:text, :version:int, :pupil:id, :col:text, :old_num:int,
  :old_word:text, :new_num:int, :new_word:text);

-- name: mark_save_add
INSERT INTO mark_save (school_id, class_id, subject, period, version, saved_by, saved_at, why, idem_key)
VALUES (:school:id, :class:id, :subject:text, :period:text, :version:int, :by:text, :at:time, :why:text, :key:text);

-- name: mark_save_by_key
SELECT class_id, subject, period, version FROM mark_save WHERE school_id = :school:id AND idem_key = :key:text;

-- name: cell_history
SELECT s.version, s.saved_by, s.saved_at, s.why, c.old_num, c.old_word, c.new_num, c.new_word FROM mark_change c
JOIN mark_save s ON s.school_id = c.school_id AND s.class_id = c.class_id AND s.subject = c.subject
  AND s.period = c.period AND s.version = c.version
WHERE c.school_id = :school:id AND c.class_id = :class:id AND c.subject = :subject:text AND c.period = :period:text
  AND c.pupil_id = :pupil:id AND c.col = :col:text ORDER BY s.version;

-- name: changes_of_sheet
SELECT version, pupil_id, col, old_num, old_word, new_num, new_word FROM mark_change
WHERE school_id = :school:id AND class_id = :class:id AND subject = :subject:text AND period = :period:text
ORDER BY version, pupil_id, col;

-- name: changes_of_cells
-- In the order of marks_of_sheet, each cell's changes oldest first.
SELECT pupil_id, col, version, old_num, old_word, new_num, new_word FROM mark_change
WHERE school_id = :school:id AND class_id = :class:id AND subject = :subject:text AND period = :period:text
ORDER BY pupil_id, col, version;

-- name: sheets_all
SELECT s.school_id, s.class_id, c.code, s.subject, s.period, s.version FROM mark_sheet s
JOIN class c ON c.school_id = s.school_id AND c.id = s.class_id ORDER BY s.school_id, s.class_id, s.subject, s.period;

-- name: saves_of_sheet
SELECT count(*) AS n:int, max(version) AS newest:int FROM mark_save
WHERE school_id = :school:id AND class_id = :class:id AND subject = :subject:text AND period = :period:text;

-- name: control_put
INSERT INTO control_total (school_id, class_id, subject, period, col, papers, sum_tenths, entered_by, entered_at)
VALUES (:school:id, :class:id, :subject:text, :period:text, :col:text, :papers:int, :sum_tenths:int, :by:text, :at:time)
ON CONFLICT (school_id, class_id, subject, period, col) DO UPDATE SET papers = excluded.papers,
  sum_tenths = excluded.sum_tenths, entered_by = excluded.entered_by, entered_at = excluded.entered_at;

-- name: controls_of_sheet
SELECT col, papers, sum_tenths, entered_by, entered_at FROM control_total
WHERE school_id = :school:id AND class_id = :class:id AND subject = :subject:text AND period = :period:text
ORDER BY col;

-- name: totals_of_year
-- For the list of who has not entered: how many cells each column of each sheet holds.
SELECT m.class_id, m.subject, m.period, m.col, count(*) AS filled:int FROM mark m
JOIN class c ON c.school_id = m.school_id AND c.id = m.class_id
JOIN enrolment e ON e.school_id = m.school_id AND e.class_id = m.class_id AND e.pupil_id = m.pupil_id AND e.to_date = ''
WHERE m.school_id = :school:id AND c.year = :year:text AND (m.num IS NOT NULL OR m.word IS NOT NULL)
GROUP BY m.class_id, m.subject, m.period, m.col ORDER BY m.class_id, m.subject, m.period, m.col;
