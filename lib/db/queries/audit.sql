-- name: leaf_put
INSERT INTO audit_leaf (id, made, school, actor, action, object, request, leaf)
VALUES (:id:id, :made:time, :school:id, :actor:text, :action:text, :object:text, :request:text, :leaf:bytes);

-- name: payload_put
INSERT INTO audit_payload (leaf_id, salt, payload) VALUES (:id:id, :salt:bytes, :payload:text);

-- name: pending_put
INSERT INTO audit_pending (leaf_id) VALUES (:id:id);

-- name: pending_list
-- The oldest entries that no batch holds.
SELECT p.leaf_id, l.leaf FROM audit_pending p JOIN audit_leaf l ON l.id = p.leaf_id
ORDER BY p.leaf_id LIMIT :limit:int;

-- name: pending_drop
DELETE FROM audit_pending WHERE leaf_id = :id:id;

-- name: batch_put
INSERT INTO audit_batch (batch, sealed, entries, root, previous, head)
VALUES (:batch:int, :sealed:time, :entries:int, :root:bytes, :previous:bytes, :head:bytes);

-- name: member_put
INSERT INTO audit_member (batch, place, leaf_id) VALUES (:batch:int, :place:int, :id:id);

-- name: batch_last
SELECT batch, head FROM audit_batch ORDER BY batch DESC LIMIT 1;

-- name: batch_get
SELECT batch, entries, root, previous, head FROM audit_batch WHERE batch = :batch:int;

-- name: batch_leaves
-- salt and payload are NULL where they were lawfully erased.
SELECT l.id, l.leaf, p.salt, p.payload FROM audit_member m
JOIN audit_leaf l ON l.id = m.leaf_id LEFT JOIN audit_payload p ON p.leaf_id = m.leaf_id
WHERE m.batch = :batch:int ORDER BY m.place;

-- name: entries_of_object
SELECT l.id, l.made, l.actor, l.action, l.object, p.payload FROM audit_leaf l
LEFT JOIN audit_payload p ON p.leaf_id = l.id
WHERE l.object = :object:text ORDER BY l.made DESC, l.id DESC LIMIT :limit:int;
