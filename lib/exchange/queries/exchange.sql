-- name: outbox_put
INSERT INTO exchange_outbox (id, receiver, flow, kind, payload_type, created, payload_sha256, payload, state, next_try)
VALUES (:id:id, :receiver:text, :flow:int, :kind:text, :payload_type:text, :created:time, :sha256:bytes, :payload:bytes,
  'waiting', :created:time);

-- name: outbox_receivers
-- Who still waits for something from us.
SELECT DISTINCT receiver FROM exchange_outbox WHERE state = 'waiting' ORDER BY receiver;

-- name: outbox_next
-- The oldest message waiting for a receiver.
SELECT id, flow, kind, payload_type, created, payload_sha256, payload, tries, next_try FROM exchange_outbox
WHERE receiver = :receiver:text AND state = 'waiting' ORDER BY id LIMIT 1;

-- name: outbox_waiting
SELECT count(*) AS n:int FROM exchange_outbox WHERE state = 'waiting';

-- name: outbox_later
UPDATE exchange_outbox SET tries = tries + 1, next_try = :next_try:time, last_error = :error:text
WHERE id = :id:id AND state = 'waiting';

-- name: outbox_settle
UPDATE exchange_outbox SET tries = tries + 1, state = :state:text, settled = :settled:time, last_error = NULL
WHERE id = :id:id AND state = 'waiting';

-- name: outbox_get
SELECT o.receiver, o.flow, o.kind, o.state, o.tries, o.last_error, r.reply FROM exchange_outbox o
LEFT JOIN exchange_receipt r ON r.message = o.id WHERE o.id = :id:id;

-- name: outbox_purge
UPDATE exchange_outbox SET payload = NULL WHERE settled <= :before:time AND payload IS NOT NULL;

-- name: outbox_list
-- What has not been delivered, oldest first, for the officer who looks after the exchange.
SELECT id, receiver, flow, kind, created, tries, next_try, last_error FROM exchange_outbox
WHERE state = 'waiting' ORDER BY id LIMIT :limit:int;

-- name: receipt_put
INSERT INTO exchange_receipt (message, receipt, verdict, received, reply)
VALUES (:message:id, :receipt:id, :verdict:text, :received:time, :reply:bytes);

-- name: inbox_get
SELECT payload_sha256, verdict, reply FROM exchange_inbox WHERE sender = :sender:text AND id = :id:id;

-- name: inbox_put
INSERT INTO exchange_inbox (sender, id, flow, kind, created, received, payload_sha256, header, signature, verdict, reply)
VALUES (:sender:text, :id:id, :flow:int, :kind:text, :created:time, :received:time, :sha256:bytes, :header:bytes,
  :signature:bytes, :verdict:text, :reply:bytes);

-- name: inbox_count
SELECT count(*) AS n:int FROM exchange_inbox;

-- name: inbox_payload_put
INSERT INTO exchange_inbox_payload (sender, id, received, payload)
VALUES (:sender:text, :id:id, :received:time, :payload:bytes);

-- name: inbox_payload_purge
DELETE FROM exchange_inbox_payload WHERE received <= :before:time;

-- name: dispute_put
INSERT INTO exchange_dispute (id, sender, message, received, header, signature)
VALUES (:id:id, :sender:text, :message:id, :received:time, :header:bytes, :signature:bytes);

-- name: dispute_list
SELECT id, sender, message, received FROM exchange_dispute ORDER BY id DESC LIMIT :limit:int;

-- name: directory_last
SELECT serial, sha256 FROM exchange_directory ORDER BY serial DESC LIMIT 1;

-- name: directory_put
INSERT INTO exchange_directory (serial, sha256, loaded) VALUES (:serial:int, :sha256:bytes, :loaded:time);
