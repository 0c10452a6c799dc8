-- Question: when was the first number given to a visit of a site in that time?
-- Parameters: $account, $site (each NULL: all), $since, $until (half open)
-- Columns: begun, null where none was
-- Owner: attribution
SELECT min(occurred_at) AS begun FROM fact_lease
WHERE occurred_at >= $since AND occurred_at < $until
  AND ($account IS NULL OR account = $account) AND ($site IS NULL OR site = $site)
