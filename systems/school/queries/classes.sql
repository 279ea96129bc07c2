-- name: class_put
INSERT INTO class (school_id, id, year, code, level, grade)
VALUES (:school:id, :id:id, :year:text, :code:text, :level:text, :grade:int)
ON CONFLICT (school_id, id) DO NOTHING;

-- name: class_get
SELECT id, year, code, level, grade FROM class WHERE school_id = :school:id AND id = :class:id;

-- name: class_by_code
SELECT id, year, code, level, grade FROM class
WHERE school_id = :school:id AND year = :year:text AND code = :code:text;

-- name: class_list
SELECT c.id, c.code, c.level, c.grade,
  (SELECT count(*) FROM enrolment e WHERE e.school_id = c.school_id AND e.class_id = c.id AND e.to_date = '')
    AS pupils:int
FROM class c WHERE c.school_id = :school:id AND c.year = :year:text ORDER BY c.grade, c.code;

-- name: class_subject_put
INSERT INTO class_subject (school_id, class_id, subject, kind, periods, ord, by_choice)
VALUES (:school:id, :class:id, :subject:text, :kind:text, :periods:int, :ord:int, :by_choice:int)
ON CONFLICT (school_id, class_id, subject) DO UPDATE SET kind = excluded.kind, periods = excluded.periods,
  ord = excluded.ord, by_choice = excluded.by_choice;

-- name: class_subject_drop
DELETE FROM class_subject WHERE school_id = :school:id AND class_id = :class:id AND subject = :subject:text;

-- name: class_subjects
SELECT subject, kind, periods, ord, by_choice FROM class_subject
WHERE school_id = :school:id AND class_id = :class:id ORDER BY ord, subject;

-- name: enrolment_put
INSERT INTO enrolment (school_id, class_id, pupil_id, number, status, from_date, to_date, note)
VALUES (:school:id, :class:id, :pupil:id, :number:int, :status:text, :from_date:text, :to_date:text, :note:text)
ON CONFLICT (school_id, class_id, pupil_id) DO UPDATE SET number = excluded.number, status = excluded.status,
  from_date = excluded.from_date, to_date = excluded.to_date, note = excluded.note;

-- name: enrolments_of_year
SELECT e.class_id, e.pupil_id, e.number, e.status, e.from_date, e.to_date, e.note FROM enrolment e
JOIN class c ON c.school_id = e.school_id AND c.id = e.class_id
WHERE e.school_id = :school:id AND c.year = :year:text ORDER BY e.class_id, e.number;

-- name: class_pupils
SELECT e.pupil_id, e.number, e.status, e.from_date, e.to_date, e.note, p.code, p.personal_id, p.full_name, p.name_key,
  p.sex, p.birth_date FROM enrolment e
JOIN pupil p ON p.school_id = e.school_id AND p.id = e.pupil_id
WHERE e.school_id = :school:id AND e.class_id = :class:id ORDER BY e.number, p.name_key, p.id;

-- name: enrolment_roll
-- The enrolments of a class in list order, before numbers are given anew.
SELECT e.pupil_id, e.number, p.name_key FROM enrolment e
JOIN pupil p ON p.school_id = e.school_id AND p.id = e.pupil_id
WHERE e.school_id = :school:id AND e.class_id = :class:id ORDER BY p.name_key, p.code;

-- name: choice_put
INSERT INTO choice (school_id, class_id, pupil_id, kind, subject)
VALUES (:school:id, :class:id, :pupil:id, :kind:text, :subject:text)
ON CONFLICT (school_id, class_id, pupil_id, kind, subject) DO NOTHING;

-- name: choice_clear
DELETE FROM choice WHERE school_id = :school:id AND class_id = :class:id AND pupil_id = :pupil:id;

-- name: choices_of_class
SELECT pupil_id, kind, subject FROM choice WHERE school_id = :school:id AND class_id = :class:id
ORDER BY pupil_id, kind, subject;

-- name: exemption_put
INSERT INTO exemption (school_id, class_id, pupil_id, subject, period, kind, reason, decision_no, decision_date)
VALUES (:school:id, :class:id, :pupil:id, :subject:text, :period:text, :kind:text, :reason:text, :decision_no:text,
  :decision_date:text)
ON CONFLICT (school_id, class_id, pupil_id, subject, period) DO UPDATE SET kind = excluded.kind,
  reason = excluded.reason, decision_no = excluded.decision_no, decision_date = excluded.decision_date;

-- name: exemptions_of_class
SELECT pupil_id, subject, period, kind, reason, decision_no, decision_date FROM exemption
WHERE school_id = :school:id AND class_id = :class:id ORDER BY pupil_id, subject, period;

-- name: duty_put
INSERT INTO duty (school_id, id, year, class_id, role, subject, strand, staff_id, must_sign, decision_no,
  decision_date, from_date, to_date, replaces)
VALUES (:school:id, :id:id, :year:text, :class:id, :role:text, :subject:text, :strand:text, :staff:id, :must_sign:int,
  :decision_no:text, :decision_date:text, :from_date:text, :to_date:text, :replaces:id);

-- name: duty_end
UPDATE duty SET to_date = :to_date:text WHERE school_id = :school:id AND id = :id:id AND to_date = '';

-- name: duty_confirm
UPDATE duty SET confirmed_by = :by:text, confirmed_at = :at:time
WHERE school_id = :school:id AND id = :id:id AND confirmed_at IS NULL;

-- name: duty_list
SELECT d.id, d.year, d.class_id, c.code AS class_code:text, d.role, d.subject, d.strand, d.staff_id, s.full_name,
  s.personal_id, s.position, d.must_sign, d.decision_no, d.decision_date, d.from_date, d.to_date, d.replaces,
  d.confirmed_by, d.confirmed_at
FROM duty d JOIN staff s ON s.school_id = d.school_id AND s.id = d.staff_id
LEFT JOIN class c ON c.school_id = d.school_id AND c.id = d.class_id
WHERE d.school_id = :school:id AND d.year = :year:text ORDER BY d.role, c.code NULLS FIRST, d.subject, d.from_date, d.id;

-- name: duties_of_staff
-- Duties of one person that the head has confirmed and that are in force on a day.
SELECT d.class_id, d.role, d.subject FROM duty d
WHERE d.school_id = :school:id AND d.staff_id = :staff:id AND d.confirmed_at IS NOT NULL
  AND d.from_date <= :day:text AND (d.to_date = '' OR d.to_date >= :day:text)
ORDER BY d.role, d.subject, d.id;

-- name: enrolment_number
UPDATE enrolment SET number = :number:int WHERE school_id = :school:id AND class_id = :class:id AND pupil_id = :pupil:id;

-- name: scope_class_subject
-- Is the person assigned today, by a duty the head has confirmed, to this subject in this class?  A route without a
-- class (a workbook of many) asks for any such duty; its handler takes only the sheets of that person's duties.
SELECT count(*) AS n:int FROM duty d
WHERE d.school_id = :school:id AND d.staff_id = :person:id AND d.role = 'SUBJECT'
  AND (:class:id IS NULL OR d.class_id = :class:id) AND (:subject:text IS NULL OR d.subject = :subject:text)
  AND d.confirmed_at IS NOT NULL AND d.from_date <= :today:text AND (d.to_date = '' OR d.to_date >= :today:text);

-- name: scope_homeroom
SELECT count(*) AS n:int FROM duty d
WHERE d.school_id = :school:id AND d.staff_id = :person:id AND d.role = 'HOMEROOM'
  AND (:class:id IS NULL OR d.class_id = :class:id)
  AND d.confirmed_at IS NOT NULL AND d.from_date <= :today:text AND (d.to_date = '' OR d.to_date >= :today:text);
