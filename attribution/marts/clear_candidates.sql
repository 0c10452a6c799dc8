-- Question: of which calls are the candidates about to be told anew?
-- Parameters: $site, $everything (the scope)
-- Columns: none
-- Owner: attribution
DELETE FROM mart_candidate WHERE $everything OR site = $site
