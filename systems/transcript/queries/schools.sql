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

-- name: officer_put
INSERT INTO officer (school_id, role, person_id, personal_id, name, position, decision_number, decision_date, from_date, to_date)
VALUES (:school:id, :role:text, :person:id, :personal_id:text, :name:text, :position:text, :decision_number:text,
  :decision_date:text, :from_date:text, :to_date:text)
ON CONFLICT (school_id, role) DO UPDATE SET person_id = excluded.person_id, personal_id = excluded.personal_id,
  name = excluded.name, position = excluded.position, decision_number = excluded.decision_number,
  decision_date = excluded.decision_date, from_date = excluded.from_date, to_date = excluded.to_date;

-- name: officer_get
SELECT person_id, personal_id, name, position, decision_number, decision_date, from_date, to_date FROM officer
WHERE school_id = :school:id AND role = :role:text;
