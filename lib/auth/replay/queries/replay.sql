-- name: get
SELECT request, status, content_type, body FROM replay
WHERE unit_id = :unit:id AND account_id = :account:id AND idem_key = :idem_key:text;

-- name: put
INSERT INTO replay (unit_id, account_id, idem_key, request, status, content_type, body, made)
VALUES (:unit:id, :account:id, :idem_key:text, :request:text, :status:int, :content_type:text, :body:bytes, :made:time)
ON CONFLICT (unit_id, account_id, idem_key) DO NOTHING;

-- name: sweep
DELETE FROM replay WHERE made < :before:time;
