-- name: school_put_sql
INSERT INTO school (id, code, name, superior, so_code, teachers_sign, signs_from)
VALUES (:id:id, :code:text, :name:text, :superior:text, :so_code:text, :teachers_sign:int, :signs_from:text)
ON CONFLICT (id) DO UPDATE SET code = excluded.code, name = excluded.name, superior = excluded.superior,
  so_code = excluded.so_code, teachers_sign = excluded.teachers_sign, signs_from = excluded.signs_from;

-- name: school_by_id
SELECT id, code, name, superior, so_code, teachers_sign, signs_from FROM school WHERE id = :id:id;

-- name: school_by_code
SELECT id, code, name, superior, so_code, teachers_sign, signs_from FROM school WHERE code = :code:text;

-- name: schools_all
SELECT id FROM school ORDER BY code;
