-- Question: which weeks' credit is about to be counted anew?
-- Parameters: none
-- Columns: none
-- Owner: attribution
DELETE FROM mart_credit_week
