-- Question: when may touches of these conversions lie? Bound to touch.sql, so that it reads no more.
-- Parameters: $lookback_seconds
-- Columns: since, until (null where no conversion has a person); conversions (how many rows there are)
-- Owner: attribution
SELECT min("at") FILTER (person IS NOT NULL) - to_seconds($lookback_seconds) AS since,
  max("at") FILTER (person IS NOT NULL) AS until, count(*) AS conversions
FROM conversion
