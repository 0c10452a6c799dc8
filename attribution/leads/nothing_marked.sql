-- Question: what is marked before anything is?
-- Parameters: none
-- Columns: mark_now: those of mart_mark, without a row
-- Owner: attribution (leads)
CREATE OR REPLACE TEMP TABLE mark_now AS FROM mart_mark LIMIT 0
