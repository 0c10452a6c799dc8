-- Question: which calls came in, from what, with which outcome?
-- Parameters: $account, $sites, $since, $until, $outcome (null: all; excluded: the left out)
-- Columns: a row a call of mart_call, times in the site's zone; `candidates` as JSON (nobody last, its
--   lease null); pool and branch by the names that they have today, of the pool that the number was in
--   when it rang
-- Owner: attribution
WITH zone AS (
  SELECT site, arg_max(timezone, occurred_at) AS timezone FROM fact_site
  WHERE account = $account GROUP BY site),
owned AS (
  SELECT number, pool, since, coalesce(until, 'infinity') AS until FROM fact_number_owned
  WHERE account = $account
  QUALIFY row_number() OVER (PARTITION BY number, since
    ORDER BY until IS NOT NULL DESC, occurred_at DESC, fact_id DESC) = 1),
named AS (
  SELECT pool, name, branch_name FROM fact_pool WHERE account = $account
  QUALIFY row_number() OVER (PARTITION BY pool ORDER BY occurred_at DESC, fact_id DESC) = 1),
candidate AS (
  SELECT call, to_json(list({'lease': lease, 'visit': visit, 'probability': probability,
    'on_site': on_site, 'seconds': seconds, 'terms': terms, 'fit': fit}
    ORDER BY lease IS NULL, probability DESC, lease))::VARCHAR AS candidates
  FROM mart_candidate WHERE account = $account AND list_contains($sites, site)
    AND started_at >= $since::TIMESTAMP - INTERVAL 1 DAY
    AND started_at < $until::TIMESTAMP + INTERVAL 2 DAY
  GROUP BY call)
SELECT c.* EXCLUDE (traffic, account), coalesce(z.timezone, 'UTC') AS timezone,
  n.name AS pool, n.branch_name AS branch,
  coalesce(k.candidates, '[]') AS candidates, c.ring_seconds + c.hold_seconds AS wait_seconds,
  CASE WHEN c.click_id_type = 'gclid' THEN c.click_id END AS gclid, count(*) OVER () AS total
FROM mart_call c LEFT JOIN zone z USING (site)
LEFT JOIN candidate k USING (call)
LEFT JOIN owned o ON o.number = c.number AND c.started_at >= o.since AND c.started_at < o.until
LEFT JOIN named n ON n.pool = o.pool
WHERE c.account = $account AND list_contains($sites, c.site) AND c.day BETWEEN $since AND $until
  AND ($outcome IS NULL OR c.outcome = $outcome OR $outcome = 'excluded' AND c.excluded IS NOT NULL)
