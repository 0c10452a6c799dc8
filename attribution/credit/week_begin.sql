-- Question: none; a place for what changes in the weeks' credit
-- Parameters: none
-- Columns: week_change: mart_credit_week
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE week_change AS FROM mart_credit_week LIMIT 0
