-- name: school_put
INSERT INTO school (id, code, name, reports_from, transcript)
VALUES (:id:id, :code:text, :name:text, :reports_from:text, :transcript:text)
ON CONFLICT (id) DO UPDATE SET code = excluded.code, name = excluded.name, reports_from = excluded.reports_from,
  transcript = excluded.transcript;

-- name: school_by_code
SELECT id, code, name, reports_from, transcript FROM school WHERE code = :code:text;

-- name: school_get
SELECT id, code, name, reports_from, transcript FROM school WHERE id = :school:id;
