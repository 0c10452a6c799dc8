-- Question: what did each site's day cost, by traffic, in the currency of the site's reports?
-- Parameters: $account, $sites, $since, $until (days of the spend, both included)
-- Columns: site, day, traffic, cost (NULL without a figure: cost_unknown is 1 there), currency, clicks,
--   impressions
-- Owner: attribution (reports)
SELECT site, day, traffic, reporting_cost AS cost,
  (reporting_cost IS NULL AND mart_cost.cost <> 0)::INT AS cost_unknown,
  reporting_currency AS currency, clicks, impressions
FROM mart_cost
WHERE account = $account AND list_contains($sites, site) AND day BETWEEN $since AND $until
