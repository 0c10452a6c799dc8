-- Question: which restatements are about to be told anew?
-- Parameters: none
-- Columns: none
-- Owner: attribution
DELETE FROM mart_source WHERE (account, visit) IN (SELECT (account, visit) FROM restated_visit)
