-- Question: what does each traffic get of the conversions of a period, by each rule model?
-- Parameters: $account, $sites, $since, $until (days of the conversion, both included)
-- Columns: channel, source, medium, campaign, a sum for each model, and `untouched`: conversions nobody's
-- visit led to
-- Owner: attribution
SELECT t.channel, t.source, t.medium, t.campaign, sum(COLUMNS('^weight_')),
  count_if(c.touch IS NULL)::DOUBLE AS untouched
FROM mart_credit c JOIN mart_traffic t ON t.account = c.account AND t.traffic = c.traffic
WHERE c.account = $account AND list_contains($sites, c.site) AND c.day BETWEEN $since AND $until
GROUP BY ALL
