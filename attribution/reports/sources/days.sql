-- Question: how many visits and calls had each site's day, by traffic?
-- Parameters: $account, $sites, $since, $until (the site's local days, both included)
-- Columns: site, day, traffic and the counts of mart_day
-- Owner: attribution (reports)
SELECT site, day, traffic, visits, overflows, calls, answered, missed, first_time, attributed,
  wait_seconds, talk_seconds, excluded
FROM mart_day
WHERE account = $account AND list_contains($sites, site) AND day BETWEEN $since AND $until
