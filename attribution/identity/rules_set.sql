-- Question: by which rules is mart_person made from now on?
-- Parameters: $rules
-- Columns: mart_person_rules
-- Owner: attribution
UPDATE mart_person_rules SET rules = $rules
