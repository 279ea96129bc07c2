-- name: unit_by_code
SELECT id FROM school WHERE code = :code:text;

-- name: unit_only
-- Two rows at most: one school needs no name at log-in, several do.
SELECT id FROM school ORDER BY code LIMIT 2;

-- name: owner_of_certificate
SELECT personal_id FROM staff WHERE school_id = :school:id AND id = :person:id;
