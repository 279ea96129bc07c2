-- name: fact_put
INSERT INTO run_fact (name, value) VALUES (:name:text, :value:text);

-- name: fact_get
SELECT value FROM run_fact WHERE name = :name:text;
