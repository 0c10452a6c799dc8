-- Question: which ways did visitors go, how often to a conversion and how often to none?
-- Parameters: $account, $sites, $since, $until (days of the conversion, or of a visitor's last visit),
-- $lookback_seconds, $by (channel, source or campaign)
-- Columns: path (a list of labels), conversions, nulls. A visitor with a conversion at any time is no null;
-- a conversion without a touch went no way.
-- Owner: attribution
WITH label AS (
  SELECT account, traffic, CASE $by WHEN 'channel' THEN channel WHEN 'source' THEN source || ' / ' || medium
    ELSE coalesce(campaign, '(none)') END AS label, channel, source, medium, campaign
  FROM mart_traffic WHERE account = $account),
won AS (
  SELECT c.conversion, list(l.label ORDER BY c.touch_at, c.touch) AS path
  FROM mart_credit c JOIN label l ON l.traffic = c.traffic
  WHERE c.account = $account AND list_contains($sites, c.site) AND c.day BETWEEN $since AND $until
    AND c.touch IS NOT NULL
  GROUP BY c.conversion),
visit AS (
  SELECT v.visitor, v.visit, v.occurred_at, l.label
  FROM sourced_visit v JOIN label l ON l.channel = v.channel AND l.source = v.source
    AND l.medium = v.medium AND l.campaign IS NOT DISTINCT FROM v.campaign
  WHERE v.account = $account AND list_contains($sites, v.site)
    AND v.occurred_at BETWEEN $since - to_seconds($lookback_seconds) AND $until::DATE + INTERVAL 1 DAY
    AND v.visitor NOT IN (
      SELECT person FROM mart_conversion WHERE account = $account AND person IS NOT NULL)),
last AS (SELECT visitor, max(occurred_at) AS at FROM visit GROUP BY visitor),
lost AS (
  SELECT v.visitor, list(v.label ORDER BY v.occurred_at, v.visit) AS path
  FROM visit v JOIN last l USING (visitor)
  WHERE l.at >= $since AND v.occurred_at >= l.at - to_seconds($lookback_seconds) GROUP BY v.visitor)
SELECT path, sum(conversions)::DOUBLE AS conversions, sum(nulls)::DOUBLE AS nulls
FROM (SELECT path, 1 AS conversions, 0 AS nulls FROM won UNION ALL SELECT path, 0, 1 FROM lost)
GROUP BY path ORDER BY path
