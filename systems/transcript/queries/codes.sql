-- name: code_add
INSERT INTO code (school_id, code, level, state, pupil_id, message_id, asked_at)
VALUES (:school:id, :code:text, :level:text, 'ASKED', NULL, :message:id, :at:time);

-- name: codes_of_message
SELECT school_id, code, state FROM code WHERE message_id = :message:id ORDER BY code;

-- name: code_state_set
UPDATE code SET state = :state:text WHERE school_id = :school:id AND code = :code:text AND state = :was:text;

-- name: code_get
SELECT level, state, pupil_id FROM code WHERE school_id = :school:id AND code = :code:text;

-- name: code_of_pupil
SELECT code FROM code WHERE school_id = :school:id AND pupil_id = :pupil:id AND level = :level:text;

-- name: code_free
SELECT min(code) AS code:text FROM code WHERE school_id = :school:id AND level = :level:text AND state = 'RESERVED'
  AND pupil_id IS NULL;

-- name: code_use
UPDATE code SET state = 'USED', pupil_id = :pupil:id WHERE school_id = :school:id AND code = :code:text
  AND state = 'RESERVED' AND pupil_id IS NULL;

-- name: codes_counted
SELECT level, state, count(*) AS n:int FROM code WHERE school_id = :school:id GROUP BY level, state ORDER BY level, state;
