-- Question: what did days cost by what was known before? They are priced anew.
-- Parameters: none
-- Columns: mart_cost
-- Owner: attribution (money)
DELETE FROM mart_cost
