-- Question: by which rules was mart_person made? By none after the step that made the table.
-- Parameters: none
-- Columns: rules
-- Owner: attribution
SELECT rules FROM mart_person_rules
