-- Question: which campaigns cost something and brought no visit, which paid visits cost nothing?
-- Parameters: $account, $sites, $since, $until
-- Columns: gap (spend_without_visits, paid_visits_without_spend), site, channel, source, medium,
--   campaign, visits, currency and cost as imported, reporting_currency, reporting_cost (NULL where
--   a part of it has no rate)
-- Owner: attribution (money)
WITH spent AS (
  SELECT site, traffic, currency, sum(cost)::DECIMAL(18,4) AS cost, reporting_currency,
    CASE WHEN count(reporting_cost) = count(*)
      THEN sum(reporting_cost)::DECIMAL(18,4) END AS reporting_cost
  FROM mart_cost
  WHERE account = $account AND list_contains($sites, site) AND day BETWEEN $since AND $until
  GROUP BY ALL HAVING sum(cost) <> 0),
paid AS (
  SELECT traffic FROM mart_traffic WHERE account = $account
    AND (channel LIKE 'Paid %' OR channel IN ('Display', 'Cross-network'))),
-- Of the traffic that is paid for: most of a site's visits are not.
visited AS (
  SELECT site, traffic, sum(visits)::BIGINT AS visits FROM mart_day
  WHERE account = $account AND list_contains($sites, site) AND day BETWEEN $since AND $until
    AND traffic IN (SELECT traffic FROM paid UNION ALL SELECT traffic FROM spent)
  GROUP BY ALL HAVING sum(visits) > 0)
SELECT gap, g.site, t.channel, t.source, t.medium, t.campaign, g.visits, g.currency, g.cost,
  g.reporting_currency, g.reporting_cost
FROM (
  SELECT 'spend_without_visits' AS gap, 0 AS visits, s.* FROM spent s
  ANTI JOIN visited v ON v.site = s.site AND v.traffic = s.traffic
  UNION ALL BY NAME
  SELECT 'paid_visits_without_spend' AS gap, v.visits, v.site, v.traffic FROM visited v
  SEMI JOIN paid p ON p.traffic = v.traffic
  ANTI JOIN spent s ON s.site = v.site AND s.traffic = v.traffic) AS g
JOIN mart_traffic t ON t.account = $account AND t.traffic = g.traffic
ORDER BY gap DESC, g.cost DESC, g.visits DESC, t.source, t.medium, t.campaign
