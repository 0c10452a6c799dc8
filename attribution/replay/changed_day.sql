-- Question: on which days does a told report count other visits or another cost than it would now?
-- Parameters: $account, $report (reads day_now)
-- Columns: changed_day: site, day, traffic, and what is more now: visits, cost
-- Owner: attribution (replay)
CREATE OR REPLACE TEMP TABLE changed_day AS
SELECT site, day, traffic, sum(visits)::BIGINT AS visits, sum(cost)::DECIMAL(18,4) AS cost
FROM (
  SELECT site, day, traffic, visits, cost FROM day_now
  UNION ALL
  SELECT site, day, traffic, -visits, -cost FROM told_day
  WHERE account = $account AND report = $report)
GROUP BY ALL HAVING sum(visits) <> 0 OR sum(cost) <> 0
