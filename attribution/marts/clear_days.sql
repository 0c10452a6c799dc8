-- Question: which counts are about to be made anew?
-- Parameters: $site, $everything (the scope)
-- Columns: none
-- Owner: attribution
DELETE FROM mart_day WHERE $everything OR site = $site
