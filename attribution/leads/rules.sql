-- Question: by which rules were the marks made? By none after the step that made the table.
-- Parameters: none
-- Columns: rules
-- Owner: attribution (leads)
SELECT rules FROM mart_mark_rules
