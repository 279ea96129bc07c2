-- name: certificate_put
INSERT INTO signing_certificate (school, id, owner, kind, fingerprint, der, not_after, registered, registered_by)
VALUES (:school:id, :id:id, :owner:id, :kind:text, :fingerprint:text, :der:bytes, :not_after:time, :registered:time, :by:id);

-- name: certificate_withdraw
INSERT INTO signing_withdrawal (school, certificate, withdrawn, withdrawn_by, reason)
VALUES (:school:id, :certificate:id, :withdrawn:time, :by:id, :reason:text);

-- name: certificate_list
-- Every certificate ever registered; withdrawn is NULL while it is in use.
SELECT c.id, c.owner, c.der, c.registered, w.withdrawn FROM signing_certificate c
LEFT JOIN signing_withdrawal w ON w.school = c.school AND w.certificate = c.id
WHERE c.school = :school:id ORDER BY c.not_after, c.id;

-- name: certificate_of_owner
SELECT c.id, c.owner, c.der, c.registered, w.withdrawn FROM signing_certificate c
LEFT JOIN signing_withdrawal w ON w.school = c.school AND w.certificate = c.id
WHERE c.school = :school:id AND c.owner = :owner:id ORDER BY c.not_after, c.id;

-- name: certificate_in_use
-- Registrations of one certificate that still hold.
SELECT c.id, c.owner FROM signing_certificate c
LEFT JOIN signing_withdrawal w ON w.school = c.school AND w.certificate = c.id
WHERE c.school = :school:id AND c.fingerprint = :fingerprint:text AND w.certificate IS NULL ORDER BY c.id;

-- name: certificate_get
SELECT c.owner, c.der, c.fingerprint FROM signing_certificate c WHERE c.school = :school:id AND c.id = :id:id;

-- name: batch_put
INSERT INTO signing_batch (school, id, person, certificate, made)
VALUES (:school:id, :id:id, :person:id, :certificate:id, :made:time);

-- name: batch_get
SELECT person, certificate FROM signing_batch WHERE school = :school:id AND id = :id:id;

-- name: items_drop_old
-- Prepared documents that nobody will sign any more.
DELETE FROM signing_item WHERE school = :school:id AND state <> 'done' AND batch IN
  (SELECT id FROM signing_batch WHERE school = :school:id AND made < :before:time);

-- name: item_put
INSERT INTO signing_item (school, batch, place, document, format, kind, title, role, signature, is_last, version, prepared, state)
VALUES (:school:id, :batch:id, :place:int, :document:text, :format:text, :kind:text, :title:text, :role:text, :signature:text,
  :is_last:int, :version:int, :prepared:bytes, 'waiting');

-- name: item_get
SELECT document, format, kind, title, role, signature, is_last, version, prepared, state, stamped FROM signing_item
WHERE school = :school:id AND batch = :batch:id AND place = :place:int;

-- name: item_done
UPDATE signing_item SET state = 'done', prepared = NULL, stamped = :stamped:int, error_key = NULL, error_text = NULL
WHERE school = :school:id AND batch = :batch:id AND place = :place:int;

-- name: item_failed
-- A failed item keeps what was prepared: it may be signed again.
UPDATE signing_item SET state = 'failed', error_key = :key:text, error_text = :text:text
WHERE school = :school:id AND batch = :batch:id AND place = :place:int AND state <> 'done';

-- name: item_list
SELECT place, title, state, stamped, error_key, error_text FROM signing_item
WHERE school = :school:id AND batch = :batch:id ORDER BY place;
