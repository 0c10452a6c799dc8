-- Question: which touches led to a call, and what does each model give to each?
-- Parameters: $account, $sites, $call
-- Columns: touch and touch_at (null: nobody's visit led to it), traffic by name, landing, `called` where
--   the touch is the one that called, and a weight for each rule model; in the order of the visits
-- Owner: attribution
WITH credit AS (
  SELECT * FROM mart_credit
  WHERE account = $account AND list_contains($sites, site) AND conversion = $call),
zone AS (
  SELECT site, arg_max(timezone, occurred_at) AS timezone FROM fact_site
  WHERE account = $account GROUP BY site)
SELECT c.touch, c.touch_at, coalesce(z.timezone, 'UTC') AS timezone, t.channel, t.source, t.medium,
  t.campaign, v.landing, coalesce(c.touch IN (m.visit, m.call), false) AS called, COLUMNS('^weight_')
FROM credit c JOIN mart_traffic t ON t.account = c.account AND t.traffic = c.traffic
JOIN mart_call m ON m.account = c.account AND m.call = c.conversion
LEFT JOIN zone z ON z.site = c.site
LEFT JOIN sourced_visit v ON v.account = c.account AND v.visit = c.touch
ORDER BY c.touch_at, c.touch
