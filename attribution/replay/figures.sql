-- Question: what does a told report say in sum, and what would it say now?
-- Parameters: $account, $report (reads credit_now, day_now)
-- Columns: told (then, now), visits, calls, contacts, leads, deals, revenue, margin, cost
-- Owner: attribution (replay)
WITH counted AS (
  SELECT 'now' AS told, kind, weight, counts, value, margin, 0 AS visits, 0 AS cost FROM credit_now
  UNION ALL
  SELECT 'then', kind, weight, counts, value, margin, 0, 0 FROM told_credit
  WHERE account = $account AND report = $report
  UNION ALL
  SELECT 'now', NULL, 0, 0, 0, 0, visits, cost FROM day_now
  UNION ALL
  SELECT 'then', NULL, 0, 0, 0, 0, visits, cost FROM told_day
  WHERE account = $account AND report = $report)
SELECT told, coalesce(sum(visits), 0)::BIGINT AS visits,
  coalesce(sum(weight * counts) FILTER (kind = 'call'), 0)::DOUBLE AS calls,
  coalesce(sum(weight * counts) FILTER (kind = 'contact'), 0)::DOUBLE AS contacts,
  coalesce(sum(weight * counts) FILTER (kind = 'lead'), 0)::DOUBLE AS leads,
  coalesce(sum(weight * counts) FILTER (kind = 'deal'), 0)::DOUBLE AS deals,
  coalesce(sum(weight * value), 0)::DOUBLE AS revenue,
  coalesce(sum(weight * margin), 0)::DOUBLE AS margin, coalesce(sum(cost), 0)::DOUBLE AS cost
FROM (VALUES ('then'), ('now')) AS side(told) LEFT JOIN counted USING (told)
GROUP BY told
