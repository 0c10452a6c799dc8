-- Question: is anything to be divided anew?
-- Parameters: none
-- Columns: conversions
-- Owner: attribution
SELECT count(*) AS conversions FROM dirty_conversion
