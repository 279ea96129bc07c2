-- name: school_put
INSERT INTO school (id, code, name, levels, kind, commune, province, so_code, tax_code, address, phone)
VALUES (:id:id, :code:text, :name:text, :levels:text, :kind:text, :commune:text, :province:text, :so_code:text,
  :tax_code:text, :address:text, :phone:text)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, levels = excluded.levels, kind = excluded.kind,
  commune = excluded.commune, province = excluded.province, so_code = excluded.so_code, tax_code = excluded.tax_code,
  address = excluded.address, phone = excluded.phone;

-- name: school_get
SELECT id, code, name, levels, kind, commune, province, so_code, tax_code, address, phone FROM school
WHERE id = :school:id;

-- name: school_by_code
SELECT id, name, levels FROM school WHERE code = :code:text;

-- name: school_list
SELECT id, code, name, levels FROM school ORDER BY code;

-- name: year_put
INSERT INTO school_year (school_id, year, starts, term2, ends, state)
VALUES (:school:id, :year:text, :starts:text, :term2:text, :ends:text, 'OPEN')
ON CONFLICT (school_id, year) DO UPDATE SET starts = excluded.starts, term2 = excluded.term2, ends = excluded.ends;

-- name: year_get
SELECT year, starts, term2, ends, state FROM school_year WHERE school_id = :school:id AND year = :year:text;

-- name: year_list
SELECT year, starts, term2, ends, state FROM school_year WHERE school_id = :school:id ORDER BY year;
