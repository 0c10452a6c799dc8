-- Question: which calls are about to be told anew?
-- Parameters: $site, $everything (the scope)
-- Columns: none
-- Owner: attribution
DELETE FROM mart_call WHERE $everything OR site = $site
