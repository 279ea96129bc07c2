-- Module run: what was decided when the data was made, and may not change afterwards.

-- insert-only
CREATE TABLE run_fact (
  name text NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (name)
);
