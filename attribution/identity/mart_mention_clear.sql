-- Question: which mentions are about to be told anew by a rebuild?
-- Parameters: none
-- Columns: none
-- Owner: attribution
DELETE FROM mart_mention
