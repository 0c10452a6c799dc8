-- Question: by which rules are the marks made from now on?
-- Parameters: $rules
-- Columns: mart_mark_rules
-- Owner: attribution (leads)
UPDATE mart_mark_rules SET rules = $rules
