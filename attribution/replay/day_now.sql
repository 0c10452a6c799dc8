-- Question: how many visits and what cost does a report count on each day, as of now?
-- Parameters: $account, $sites, $since, $until (days, both included)
-- Columns: day_now: those of told_day but `report`
-- Owner: attribution (replay)
CREATE OR REPLACE TEMP TABLE day_now AS
SELECT account, site, day, traffic, sum(visits)::BIGINT AS visits, sum(cost)::DECIMAL(18,4) AS cost
FROM (
  SELECT account, site, day, traffic, visits, 0::DECIMAL(18,4) AS cost FROM mart_day
  UNION ALL
  SELECT account, site, day, traffic, 0, coalesce(reporting_cost, 0) FROM mart_cost)
WHERE account = $account AND list_contains($sites, site) AND day BETWEEN $since AND $until
GROUP BY ALL HAVING sum(visits) <> 0 OR sum(cost) <> 0
