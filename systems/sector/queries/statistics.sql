-- name: progress
-- Classes reported for a period, by school and state of their newest revision.
SELECT s.code AS school_code, s.name, s.commune, e.state, count(*) AS classes:int FROM report r
JOIN school s ON s.id = r.school_id
JOIN report_event e ON e.school_id = r.school_id AND e.report_id = r.id
WHERE r.year = :year:text AND r.period = :period:text
  AND NOT EXISTS (SELECT 1 FROM report n WHERE n.school_id = r.school_id AND n.year = r.year AND n.period = r.period
    AND n.class_id = r.class_id AND n.revision > r.revision)
  AND NOT EXISTS (SELECT 1 FROM report_event l WHERE l.school_id = e.school_id AND l.report_id = e.report_id
    AND l.seq > e.seq)
GROUP BY s.code, s.name, s.commune, e.state ORDER BY s.code, e.state;

-- name: statistics
-- Pupils of the newest revisions of a period, by school, grade and result.
SELECT s.code AS school_code, r.grade, p.academic, p.conduct, p.education, p.promotion, p.award, count(*) AS pupils:int
FROM report r JOIN school s ON s.id = r.school_id
JOIN report_pupil p ON p.school_id = r.school_id AND p.report_id = r.id
WHERE r.year = :year:text AND r.period = :period:text AND p.standing <> 'left'
  AND NOT EXISTS (SELECT 1 FROM report n WHERE n.school_id = r.school_id AND n.year = r.year AND n.period = r.period
    AND n.class_id = r.class_id AND n.revision > r.revision)
GROUP BY s.code, r.grade, p.academic, p.conduct, p.education, p.promotion, p.award
ORDER BY s.code, r.grade, p.academic, p.conduct, p.education, p.promotion, p.award;
