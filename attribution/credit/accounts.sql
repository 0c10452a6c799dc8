-- Question: whose conversions are to be divided?
-- Parameters: none
-- Columns: account
-- Owner: attribution
SELECT DISTINCT account FROM dirty_conversion ORDER BY account
