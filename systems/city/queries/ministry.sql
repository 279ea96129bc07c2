-- name: uuid_put
INSERT INTO city_uuid (code_id, uuid, received) VALUES (:code_id:id, :uuid:id, :received:time) ON CONFLICT (code_id) DO NOTHING;

-- name: asked_put
INSERT INTO city_asked (message, code_id) VALUES (:message:id, :code_id:id);

-- name: codes_without_uuid
-- Codes with a locked record of the year, no UUID, and no request on its way: one turned down may be made again.
SELECT DISTINCT c.id, c.code, h.personal_id FROM city_code c JOIN city_holder h ON h.code_id = c.id
JOIN city_record r ON r.code_id = c.id
JOIN city_event e ON e.subject = r.id AND e.ordinal = (SELECT max(x.ordinal) FROM city_event x WHERE x.subject = r.id)
WHERE r.year = :year:text AND e.state = 'LOCKED' AND NOT EXISTS (SELECT 1 FROM city_uuid u WHERE u.code_id = c.id)
  AND NOT EXISTS (SELECT 1 FROM city_asked a WHERE a.code_id = c.id AND NOT EXISTS (SELECT 1 FROM city_turned_down t WHERE t.message = a.message))
ORDER BY c.id LIMIT :limit:int;

-- name: records_to_report
-- Locked records of the year with a UUID, not sent yet, or turned down.
SELECT r.id, c.code, u.uuid, r.year, r.version, r.school, r.fingerprint, r.replaces, r.xml, r.pdf, e.at FROM city_record r
JOIN city_code c ON c.id = r.code_id JOIN city_uuid u ON u.code_id = c.id
JOIN city_event e ON e.subject = r.id AND e.ordinal = (SELECT max(x.ordinal) FROM city_event x WHERE x.subject = r.id)
WHERE r.year = :year:text AND e.state = 'LOCKED' AND NOT EXISTS (SELECT 1 FROM city_reported p WHERE p.record_id = r.id AND NOT EXISTS (SELECT 1 FROM city_turned_down t WHERE t.message = p.message))
ORDER BY r.id LIMIT :limit:int;

-- name: turned_down_put
INSERT INTO city_turned_down (message, received) VALUES (:message:id, :received:time) ON CONFLICT (message) DO NOTHING;

-- name: reported_put
INSERT INTO city_reported (record_id, message, sent) VALUES (:record_id:id, :message:id, :sent:time);

-- name: reported_by_message
SELECT record_id FROM city_reported WHERE message = :message:id;

-- name: not_at_ministry
-- Locked records of the year that the Ministry has not confirmed: n of N, and the late list (D18.2(5)).
SELECT r.id, c.code, r.school, r.version, e.at FROM city_record r JOIN city_code c ON c.id = r.code_id
JOIN city_event e ON e.subject = r.id AND e.ordinal = (SELECT max(x.ordinal) FROM city_event x WHERE x.subject = r.id)
WHERE r.year = :year:text AND e.state = 'LOCKED' ORDER BY r.school, c.code LIMIT :limit:int;

-- name: count_in_state
SELECT count(*) AS n:int FROM city_record r
JOIN city_event e ON e.subject = r.id AND e.ordinal = (SELECT max(x.ordinal) FROM city_event x WHERE x.subject = r.id)
WHERE r.year = :year:text AND e.state = :state:text;
