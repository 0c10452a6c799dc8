-- Question: which calls came in, from what, with which outcome?
-- Parameters: $account, $sites, $since, $until, $outcome (null: all)
-- Columns: a row a call of mart_call, times in the site's zone
-- Owner: attribution
WITH zone AS (
  SELECT site, arg_max(timezone, occurred_at) AS timezone FROM fact_site
  WHERE account = $account GROUP BY site)
SELECT c.* EXCLUDE (candidates, traffic, account), coalesce(z.timezone, 'UTC') AS timezone,
  c.candidates::VARCHAR AS candidates, c.ring_seconds + c.hold_seconds AS wait_seconds,
  CASE WHEN c.click_id_type = 'gclid' THEN c.click_id END AS gclid, count(*) OVER () AS total
FROM mart_call c LEFT JOIN zone z USING (site)
WHERE c.account = $account AND list_contains($sites, c.site) AND c.day BETWEEN $since AND $until
  AND ($outcome IS NULL OR c.outcome = $outcome)
