-- Question: which ways did people go, how often to a call or contact and how often to none?
-- Parameters: $account, $sites, $since, $until (days of the conversion, or of a person's last visit),
-- $lookback_seconds, $by (channel, source or campaign)
-- Columns: path (a list of labels), conversions, nulls. Who has one at any time is no null, who has a part
-- of one is a part of a null; a conversion without a touch went no way.
-- Owner: attribution
WITH label AS (
  SELECT account, traffic, CASE $by WHEN 'channel' THEN channel WHEN 'source' THEN source || ' / ' || medium
    ELSE coalesce(campaign, '(none)') END AS label, channel, source, medium, campaign
  FROM mart_traffic WHERE account = $account),
won AS (
  SELECT list(l.label ORDER BY c.touch_at, c.touch) AS path, sum(c.weight_linear) AS conversions
  FROM mart_credit c JOIN label l ON l.traffic = c.traffic
  WHERE c.account = $account AND list_contains($sites, c.site) AND c.day BETWEEN $since AND $until
    AND c.kind IN ('call', 'contact') AND c.touch IS NOT NULL
  GROUP BY c.conversion, c.person),
had AS (
  SELECT s.person, sum(s.share) AS share FROM mart_share s
  JOIN mart_conversion m USING (account, conversion)
  WHERE s.account = $account AND s.person IS NOT NULL AND m.kind IN ('call', 'contact')
  GROUP BY s.person),
cookie AS (
  SELECT node::UUID AS visitor, person FROM mart_person
  WHERE account = $account AND node_kind = 'cookie'),
visit AS (
  SELECT coalesce(k.person, v.visitor) AS person, v.visit, v.occurred_at, l.label
  FROM sourced_visit v LEFT JOIN cookie k USING (visitor)
  JOIN label l ON l.channel = v.channel AND l.source = v.source
    AND l.medium = v.medium AND l.campaign IS NOT DISTINCT FROM v.campaign
  WHERE v.account = $account AND list_contains($sites, v.site)
    AND v.occurred_at BETWEEN $since - to_seconds($lookback_seconds) AND $until::DATE + INTERVAL 1 DAY),
missed AS (
  SELECT v.*, 1 - coalesce(h.share, 0) AS nulls FROM visit v LEFT JOIN had h USING (person)
  WHERE coalesce(h.share, 0) < 1 - 1e-9),
last AS (SELECT person, max(occurred_at) AS at FROM missed GROUP BY person),
lost AS (
  SELECT list(v.label ORDER BY v.occurred_at, v.visit) AS path, any_value(nulls) AS nulls
  FROM missed v JOIN last l USING (person)
  WHERE l.at >= $since AND v.occurred_at >= l.at - to_seconds($lookback_seconds) GROUP BY person)
SELECT path, sum(conversions)::DOUBLE AS conversions, sum(nulls)::DOUBLE AS nulls
FROM (SELECT path, conversions, 0 AS nulls FROM won UNION ALL SELECT path, 0, nulls FROM lost)
GROUP BY path ORDER BY path
