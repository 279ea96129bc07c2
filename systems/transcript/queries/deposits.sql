-- name: deposit_add
INSERT INTO deposit (school_id, document_id, message_id, sent_at) VALUES (:school:id, :document:id, :message:id, :at:time);

-- name: deposit_of_message
SELECT school_id, document_id FROM deposit WHERE message_id = :message:id;

-- name: deposits_of
SELECT message_id, sent_at FROM deposit WHERE school_id = :school:id AND document_id = :document:id
ORDER BY sent_at, message_id;

-- name: receipt_add
INSERT INTO receipt (school_id, document_id, message_id, accepted, errors, signed_bytes, at)
VALUES (:school:id, :document:id, :message:id, :accepted:int, :errors:text, :signed_bytes:bytes, :at:time);

-- name: receipts_of
SELECT message_id, accepted, errors, at FROM receipt WHERE school_id = :school:id AND document_id = :document:id
ORDER BY at, message_id;
