-- name: meta_put
INSERT INTO db_meta (one, system, created) VALUES (1, :system:text, :created:time);

-- name: meta_get
SELECT system, created FROM db_meta;

-- name: version_put
INSERT INTO db_module (name, version, applied) VALUES (:name:text, :version:int, :applied:time);

-- name: versions
-- The current version of every module.
SELECT name, max(version) AS version:int FROM db_module GROUP BY name ORDER BY name;
