-- name: signer_add
INSERT INTO signer (school_id, document_id, seq, slot, role, subject, person_id, name, xml_at, in_pdf, pdf_at, page, x0, y0, x1, y1)
VALUES (:school:id, :document:id, :seq:int, :slot:text, :role:text, :subject:text, :person:id, :name:text, NULL, :in_pdf:int,
  NULL, :page:int, :x0:int, :y0:int, :x1:int, :y1:int);

-- name: signers_of
SELECT seq, slot, role, subject, person_id, name, xml_at, in_pdf, pdf_at, page, x0, y0, x1, y1 FROM signer
WHERE school_id = :school:id AND document_id = :document:id ORDER BY seq;

-- Documents that still wait for this person, in the order of the class list.
-- name: waiting_for
SELECT DISTINCT d.id, d.class_name, d.name_key, d.year FROM signer s
JOIN document d ON d.school_id = s.school_id AND d.id = s.document_id
WHERE s.school_id = :school:id AND s.person_id = :person:id AND d.state IN ('DRAFT', 'SIGNING')
  AND (s.xml_at IS NULL OR (s.in_pdf = 1 AND s.pdf_at IS NULL))
ORDER BY d.year, d.class_name, d.name_key, d.id;

-- The seal waits for any clerk of the school.
-- name: waiting_for_seal
SELECT DISTINCT d.id, d.class_name, d.name_key, d.year FROM signer s
JOIN document d ON d.school_id = s.school_id AND d.id = s.document_id
WHERE s.school_id = :school:id AND s.role = 'DON_VI' AND d.state IN ('DRAFT', 'SIGNING')
  AND (s.xml_at IS NULL OR (s.in_pdf = 1 AND s.pdf_at IS NULL))
ORDER BY d.year, d.class_name, d.name_key, d.id;

-- name: signed_xml
UPDATE signer SET xml_at = :at:time WHERE school_id = :school:id AND document_id = :document:id AND slot = :slot:text
  AND xml_at IS NULL;

-- name: signed_pdf
UPDATE signer SET pdf_at = :at:time WHERE school_id = :school:id AND document_id = :document:id AND role = :role:text
  AND in_pdf = 1 AND pdf_at IS NULL;

-- name: signatures_missing
SELECT count(*) AS n:int FROM signer WHERE school_id = :school:id AND document_id = :document:id
  AND (xml_at IS NULL OR (in_pdf = 1 AND pdf_at IS NULL));

-- Who holds a class up, by person.
-- name: missing_of_class
SELECT s.role, s.subject, s.person_id, s.name, count(*) AS n:int FROM signer s
JOIN document d ON d.school_id = s.school_id AND d.id = s.document_id
WHERE s.school_id = :school:id AND d.class_id = :class:id AND d.year = :year:text AND d.state IN ('DRAFT', 'SIGNING')
  AND (s.xml_at IS NULL OR (s.in_pdf = 1 AND s.pdf_at IS NULL))
GROUP BY s.role, s.subject, s.person_id, s.name ORDER BY s.role, s.subject, s.name, s.person_id NULLS LAST;

-- name: image_put
INSERT INTO signature_image (school_id, person_id, png, at) VALUES (:school:id, :person:id, :png:bytes, :at:time)
ON CONFLICT (school_id, person_id) DO UPDATE SET png = excluded.png, at = excluded.at;

-- name: image_get
SELECT png FROM signature_image WHERE school_id = :school:id AND person_id = :person:id;
