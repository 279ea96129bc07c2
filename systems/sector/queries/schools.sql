-- name: school_put
INSERT INTO school (id, code, name, commune, member, gradebook, version)
VALUES (:id:id, :code:text, :name:text, :commune:text, :member:text, :gradebook:text, 1)
ON CONFLICT (code) DO UPDATE SET name = excluded.name, commune = excluded.commune, member = excluded.member,
  gradebook = excluded.gradebook, version = school.version + 1;

-- name: school_by_code
SELECT id, code, name, commune, member, gradebook, version FROM school WHERE code = :code:text;

-- name: school_list
SELECT id, code, name, commune, member, gradebook, version FROM school ORDER BY code;
