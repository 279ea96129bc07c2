-- name: code_ask
INSERT INTO code (school_id, pupil_id, level, personal_id, code, state, note, message_id, asked_at)
VALUES (:school:id, :pupil:id, :level:text, :personal_id:text, NULL, 'ASKED', '', :message:id, :at:time)
ON CONFLICT (school_id, pupil_id, level) DO UPDATE SET personal_id = excluded.personal_id, state = 'ASKED', note = '',
  message_id = excluded.message_id, asked_at = excluded.asked_at;

-- name: code_of_pupil
SELECT code, state, note FROM code WHERE school_id = :school:id AND pupil_id = :pupil:id AND level = :level:text;

-- name: school_of_codes
SELECT DISTINCT school_id, level FROM code WHERE message_id = :message:id;

-- name: code_given
UPDATE code SET code = :code:text, state = 'RESERVED', note = '' WHERE school_id = :school:id AND pupil_id = :pupil:id
  AND level = :level:text AND state = 'ASKED';

-- name: code_failed
UPDATE code SET state = 'FAILED', note = :note:text WHERE school_id = :school:id AND pupil_id = :pupil:id
  AND level = :level:text AND state = 'ASKED';

-- name: codes_all_failed
UPDATE code SET state = 'FAILED', note = :note:text WHERE message_id = :message:id AND state = 'ASKED';

-- A code can be given back while no document carries it.
-- name: code_cancel
UPDATE code SET state = 'CANCELLED', note = :note:text WHERE school_id = :school:id AND code = :code:text AND state = 'RESERVED'
  AND NOT EXISTS (SELECT 1 FROM document d WHERE d.school_id = :school:id AND d.record_code = :code:text);

-- name: codes_list
SELECT pupil_id, level, code, state, note FROM code WHERE school_id = :school:id ORDER BY level, pupil_id;

-- name: codes_counted
SELECT level, state, count(*) AS n:int FROM code WHERE school_id = :school:id GROUP BY level, state ORDER BY level, state;
