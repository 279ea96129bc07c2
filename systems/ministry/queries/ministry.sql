-- name: city_put
INSERT INTO ministry_city (member, name) VALUES (:member:text, :name:text)
ON CONFLICT (member) DO UPDATE SET name = excluded.name;

-- name: city_get
SELECT name FROM ministry_city WHERE member = :member:text;

-- name: city_list
SELECT member, name FROM ministry_city ORDER BY member;

-- name: uuid_put
INSERT INTO ministry_uuid (uuid, code, city, personal_id, given)
VALUES (:uuid:id, :code:text, :city:text, :personal_id:text, :given:time);

-- name: uuid_of_code
SELECT uuid, city, personal_id FROM ministry_uuid WHERE code = :code:text;

-- name: file_put
INSERT INTO ministry_file (sha256, size, packed) VALUES (:sha256:text, :size:int, :packed:bytes) ON CONFLICT (sha256) DO NOTHING;

-- name: file_get
SELECT size, packed FROM ministry_file WHERE sha256 = :sha256:text;

-- name: record_put
INSERT INTO ministry_record (uuid, year, version, school, fingerprint, replaces, locked, received, xml, pdf)
VALUES (:uuid:id, :year:text, :version:int, :school:text, :fingerprint:text, :replaces:text, :locked:time, :received:time,
  :xml:text, :pdf:text);

-- name: record_newest
SELECT version, fingerprint, xml, pdf FROM ministry_record WHERE uuid = :uuid:id AND year = :year:text ORDER BY version DESC LIMIT 1;

-- name: records_of_code
SELECT u.uuid, r.year, r.version, r.school, r.fingerprint, r.locked, r.received FROM ministry_uuid u
JOIN ministry_record r ON r.uuid = u.uuid WHERE u.code = :code:text ORDER BY r.year, r.version;

-- name: record_page
-- For checking everything: the years of one UUID after another.
SELECT r.uuid, u.code, r.year, r.version, r.fingerprint, r.xml, r.pdf FROM ministry_record r
JOIN ministry_uuid u ON u.uuid = r.uuid WHERE r.uuid > :after:id ORDER BY r.uuid, r.year, r.version LIMIT :limit:int;

-- name: counts
-- Records of a year by city and school.
SELECT u.city, r.school, count(*) AS records:int FROM ministry_record r JOIN ministry_uuid u ON u.uuid = r.uuid
WHERE r.year = :year:text AND r.version = (SELECT max(x.version) FROM ministry_record x WHERE x.uuid = r.uuid AND x.year = r.year)
GROUP BY u.city, r.school ORDER BY u.city, r.school;
