-- Question: which leads are about to be made anew?
-- Parameters: none (reads held_lead)
-- Columns: none
-- Owner: attribution (leads)
DELETE FROM mart_lead WHERE (account, lead) IN (SELECT (account, lead) FROM held_lead)
