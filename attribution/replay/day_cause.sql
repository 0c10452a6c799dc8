-- Question: why does a day of a told report count other visits or another cost now?
-- Parameters: $account, $report (reads changed_day)
-- Columns: day_cause: those of changed_day, a row for visits and one for cost, and `cause`
-- Owner: attribution (replay)
CREATE OR REPLACE TEMP TABLE day_cause AS
WITH later AS (
  SELECT batch FROM loaded_batch
  WHERE load > (SELECT load FROM told_report WHERE account = $account AND report = $report)),
zone AS (
  SELECT site, arg_max(timezone, occurred_at) AS timezone FROM fact_site
  WHERE account = $account GROUP BY site),
visited AS (
  SELECT DISTINCT v.site,
    (timezone(coalesce(z.timezone, 'UTC'), timezone('UTC', v.occurred_at)))::DATE AS day
  FROM fact_visit v SEMI JOIN later USING (batch) LEFT JOIN zone z USING (site)
  WHERE v.account = $account),
spent AS (
  SELECT DISTINCT site, day FROM fact_spend SEMI JOIN later USING (batch) WHERE account = $account),
ruled AS (
  SELECT site, min(from_day) AS from_day FROM fact_cost_rule SEMI JOIN later USING (batch)
  WHERE account = $account GROUP BY site),
-- A rate holds for 14 days at most.
rated AS (
  SELECT DISTINCT day FROM fact_rate SEMI JOIN later USING (batch) WHERE account = $account)
SELECT c.site, c.day, c.traffic, c.visits, 0::DECIMAL(18,4) AS cost,
  CASE WHEN v.day IS NOT NULL THEN 'late_visit' ELSE 'rule' END AS cause
FROM changed_day c LEFT JOIN visited v ON v.site = c.site AND v.day = c.day
WHERE c.visits <> 0
UNION ALL
SELECT c.site, c.day, c.traffic, 0, c.cost,
  CASE WHEN s.day IS NOT NULL THEN 'spend'
    WHEN r.from_day <= c.day THEN 'cost_rule'
    WHEN EXISTS (FROM rated WHERE rated.day BETWEEN c.day - 14 AND c.day) THEN 'rate'
    ELSE 'campaign' END
FROM changed_day c LEFT JOIN spent s ON s.site = c.site AND s.day = c.day
LEFT JOIN ruled r ON r.site = c.site
WHERE c.cost <> 0
