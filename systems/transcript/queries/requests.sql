-- name: request_add
INSERT INTO request (school_id, message_id, flow, kind, subject, state, answer, sent_by, sent_at, answered_at)
VALUES (:school:id, :message:id, :flow:int, :kind:text, :subject:text, 'WAITING', '{}', :by:text, :at:time, NULL);

-- name: request_of_message
SELECT school_id, kind, subject FROM request WHERE message_id = :message:id;

-- name: request_answer
UPDATE request SET state = :state:text, answer = :answer:text, answered_at = :at:time
WHERE school_id = :school:id AND message_id = :message:id;

-- name: request_get
SELECT flow, kind, subject, state, answer, sent_at, answered_at FROM request
WHERE school_id = :school:id AND message_id = :message:id;

-- name: requests_list
SELECT message_id, flow, kind, subject, state, sent_at, answered_at FROM request WHERE school_id = :school:id
ORDER BY sent_at DESC, message_id DESC;
