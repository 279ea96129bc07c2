-- name: result_put
INSERT INTO result (school_id, class_id, period, pupil_id, academic, conduct, promotion, award, complete, document,
  computed_at)
VALUES (:school:id, :class:id, :period:text, :pupil:id, :academic:text, :conduct:text, :promotion:text, :award:text,
  :complete:int, :document:text, :at:time)
ON CONFLICT (school_id, class_id, period, pupil_id) DO UPDATE SET academic = excluded.academic,
  conduct = excluded.conduct, promotion = excluded.promotion, award = excluded.award, complete = excluded.complete,
  document = excluded.document, computed_at = excluded.computed_at;

-- name: results_of_class
SELECT r.pupil_id, e.number, p.full_name, r.academic, r.conduct, r.promotion, r.award, r.complete, r.document,
  r.computed_at FROM result r
JOIN enrolment e ON e.school_id = r.school_id AND e.class_id = r.class_id AND e.pupil_id = r.pupil_id
JOIN pupil p ON p.school_id = r.school_id AND p.id = r.pupil_id
WHERE r.school_id = :school:id AND r.class_id = :class:id AND r.period = :period:text ORDER BY e.number, p.name_key;

-- name: results_of_year
-- For the lists of promotion, retake and awards, and for the next year's classes.
SELECT r.class_id, c.code AS class_code:text, c.grade, r.period, r.pupil_id, p.full_name, r.academic, r.conduct,
  r.promotion, r.award, r.complete FROM result r
JOIN class c ON c.school_id = r.school_id AND c.id = r.class_id
JOIN pupil p ON p.school_id = r.school_id AND p.id = r.pupil_id
WHERE r.school_id = :school:id AND c.year = :year:text AND r.period = :period:text
ORDER BY c.grade, c.code, p.name_key;

-- name: report_add
INSERT INTO report (school_id, class_id, period, version, message_id, sha256, pupils, marks, sent_by, sent_at)
VALUES (:school:id, :class:id, :period:text, :version:int, :message:id, :sha256:text, :pupils:int, :marks:int,
  :by:text, :at:time);

-- name: report_last
SELECT version, message_id, sha256, pupils, marks, sent_by, sent_at FROM report
WHERE school_id = :school:id AND class_id = :class:id AND period = :period:text ORDER BY version DESC LIMIT 1;

-- name: report_list
SELECT r.class_id, c.code AS class_code:text, r.period, r.version, r.message_id, r.sha256, r.pupils, r.marks, r.sent_at
FROM report r JOIN class c ON c.school_id = r.school_id AND c.id = r.class_id
WHERE r.school_id = :school:id AND c.year = :year:text ORDER BY c.code, r.period, r.version;

-- name: extract_add
INSERT INTO extract (school_id, pupil_id, year, from_school, number, signed_on, sha256, verdict, file, received_by,
  received_at)
VALUES (:school:id, :pupil:id, :year:text, :from_school:text, :number:text, :signed_on:text, :sha256:text,
  :verdict:text, :file:bytes, :by:text, :at:time);

-- name: extracts_of_class
SELECT x.pupil_id, x.from_school, x.number, x.signed_on, x.sha256, x.verdict FROM extract x
JOIN enrolment e ON e.school_id = x.school_id AND e.pupil_id = x.pupil_id
WHERE x.school_id = :school:id AND e.class_id = :class:id AND x.year = :year:text ORDER BY x.pupil_id;
