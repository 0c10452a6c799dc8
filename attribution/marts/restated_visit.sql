-- Question: which visits come from elsewhere by the rules of today? None, until it is filled.
-- Parameters: none
-- Columns: mart_source
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE restated_visit AS FROM mart_source LIMIT 0
