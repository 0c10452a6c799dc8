-- Question: which rows of mart_day are about to be counted anew?
-- Parameters: none
-- Columns: none
-- Owner: attribution
DELETE FROM mart_day WHERE (account, site, day) IN (SELECT (account, site, day) FROM dirty_day)
