-- Question: when may touches of these conversions lie? Bound to touch.sql, so that it reads no more.
-- Parameters: $lookback_seconds
-- Columns: since, until; null where no conversion has a person
-- Owner: attribution
SELECT min("at") - to_seconds($lookback_seconds) AS since, max("at") AS until
FROM conversion WHERE person IS NOT NULL
