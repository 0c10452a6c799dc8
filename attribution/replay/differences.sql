-- Question: by how much did each cause move the figures of each channel?
-- Parameters: $account, $report (reads credit_now, cause, day_cause)
-- Columns: cause, channel, things (conversions and days), and the change of each of figures.sql
-- Owner: attribution (replay)
WITH moved AS (
  SELECT c.cause, n.conversion::VARCHAR AS thing, n.traffic, n.kind, n.weight * n.counts AS count,
    n.weight * n.value AS revenue, n.weight * n.margin AS margin, 0 AS visits, 0 AS cost
  FROM credit_now n JOIN cause c USING (conversion)
  UNION ALL
  SELECT c.cause, t.conversion::VARCHAR, t.traffic, t.kind, -t.weight * t.counts,
    -t.weight * t.value, -t.weight * t.margin, 0, 0
  FROM told_credit t JOIN cause c USING (conversion)
  WHERE t.account = $account AND t.report = $report
  UNION ALL
  SELECT cause, concat_ws(' ', site, day), traffic, NULL, 0, 0, 0, visits, cost FROM day_cause)
SELECT m.cause, t.channel, count(DISTINCT m.thing) AS things, sum(visits)::BIGINT AS visits,
  coalesce(sum(count) FILTER (kind = 'call'), 0)::DOUBLE AS calls,
  coalesce(sum(count) FILTER (kind = 'contact'), 0)::DOUBLE AS contacts,
  coalesce(sum(count) FILTER (kind = 'lead'), 0)::DOUBLE AS leads,
  coalesce(sum(count) FILTER (kind = 'deal'), 0)::DOUBLE AS deals,
  coalesce(sum(revenue), 0)::DOUBLE AS revenue, coalesce(sum(margin), 0)::DOUBLE AS margin,
  sum(cost)::DOUBLE AS cost
FROM moved m JOIN mart_traffic t ON t.account = $account AND t.traffic = m.traffic
GROUP BY m.cause, t.channel ORDER BY m.cause, t.channel
