-- Question: which dirty calls count nowhere, and why?
-- Parameters: none (reads mark_now)
-- Columns: matched_call with `excluded`
-- Owner: attribution (leads)
CREATE OR REPLACE TEMP TABLE matched_call AS
SELECT m.*, k.excluded FROM matched_call m
LEFT JOIN mark_now k ON k.account = m.account AND k.event = m.call
