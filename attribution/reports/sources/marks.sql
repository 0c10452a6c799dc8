-- Question: which calls and contacts are left out of every figure, and why?
-- Parameters: $account, $sites, $since, $until (the site's local days, both included)
-- Columns: site, day, kind (call, contact), reason (spam, test, self_test, internal), excluded (1 a row)
-- Owner: attribution (reports)
SELECT site, day, kind, excluded AS reason, 1 AS excluded
FROM mart_mark
WHERE account = $account AND list_contains($sites, site) AND day BETWEEN $since AND $until
  AND mart_mark.excluded IS NOT NULL
