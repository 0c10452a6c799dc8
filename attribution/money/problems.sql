-- Question: what keeps costs from being shown as they should be, on which days, for how much?
-- Parameters: $account, $sites, $since, $until
-- Columns: problem (no_currency, no_rate, vat_untold), site, source, currency, reporting_currency,
--   since, until, days, cost as imported
-- Owner: attribution (money)
SELECT problem, c.site, t.source, c.currency, c.reporting_currency, min(c.day) AS since,
  max(c.day) AS until, count(DISTINCT c.day) AS days, sum(c.cost)::DECIMAL(18,4) AS cost
FROM mart_cost c JOIN mart_traffic t ON t.account = c.account AND t.traffic = c.traffic
WHERE c.account = $account AND list_contains($sites, c.site) AND c.day BETWEEN $since AND $until
  AND problem IS NOT NULL
GROUP BY ALL ORDER BY ALL
