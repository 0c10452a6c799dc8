-- Question: which deals have no figure in the currency of the site's reports, why, since when?
-- Parameters: $account, $sites, $since, $until (days of the sale, both included)
-- Columns: problem (no_currency, no_rate), since, until, deals
-- Owner: attribution (reports)
SELECT problem, min(day) AS since, max(day) AS until, count(*) AS deals
FROM mart_conversion
WHERE account = $account AND list_contains($sites, site) AND day BETWEEN $since AND $until
  AND kind = 'deal' AND problem IS NOT NULL AND excluded IS NULL
GROUP BY problem ORDER BY problem
