-- name: code_put
INSERT INTO city_code (id, code, school, level, reserved)
VALUES (:id:id, :code:text, :school:text, :level:text, :reserved:time);

-- name: holder_put
INSERT INTO city_holder (code_id, personal_id, level, since) VALUES (:code_id:id, :personal_id:text, :level:text, :since:time);

-- name: code_of_pupil
SELECT c.id, c.code, c.school FROM city_holder h JOIN city_code c ON c.id = h.code_id
WHERE h.personal_id = :personal_id:text AND h.level = :level:text;

-- name: code_get
-- personal_id is NULL while no pupil holds it.
SELECT c.id, c.school, c.level, h.personal_id, e.state FROM city_code c LEFT JOIN city_holder h ON h.code_id = c.id
JOIN city_event e ON e.subject = c.id AND e.ordinal = (SELECT max(x.ordinal) FROM city_event x WHERE x.subject = c.id)
WHERE c.code = :code:text;
