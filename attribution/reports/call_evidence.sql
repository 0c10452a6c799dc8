-- Question: which visits could have made a call, since they held its number when it rang?
-- Parameters: $account, $sites, $call
-- Columns: what is told of the call on each row, times in UTC and the site's zone beside them; `mine` where
--   the candidate is the visit that got the call; its channel, source, medium, campaign, landing and the
--   page that it showed at the ring. One row without a candidate where there was none
-- Owner: attribution
WITH chosen AS (
  SELECT site, call, started_at, caller, number, outcome, match, visit, candidates
  FROM mart_call WHERE account = $account AND list_contains($sites, site) AND call = $call),
zone AS (
  SELECT site, arg_max(timezone, occurred_at) AS timezone FROM fact_site
  WHERE account = $account GROUP BY site),
candidate AS (
  SELECT c.call, c.started_at, c.visit AS called, (one->>'visit')::UUID AS visit,
    (one->>'opened_at')::TIMESTAMP AS opened_at, (one->>'last_seen')::TIMESTAMP AS last_seen,
    (one->>'held_until')::TIMESTAMP AS held_until
  FROM chosen c, unnest(c.candidates::JSON[]) AS u(one)),
page AS (
  SELECT p.visit, arg_max(p.url, (p.occurred_at, p.fact_id)) AS page
  FROM fact_page p JOIN candidate c ON c.visit = p.visit AND p.occurred_at <= c.started_at
  WHERE p.account = $account GROUP BY p.visit)
SELECT c.started_at, coalesce(z.timezone, 'UTC') AS timezone, c.caller, c.number, c.outcome, c.match,
  k.visit, k.visit = k.called AS mine, k.opened_at, k.last_seen, k.held_until, v.channel, v.source,
  v.medium, v.campaign, coalesce(p.page, v.landing) AS page
FROM chosen c LEFT JOIN zone z USING (site) LEFT JOIN candidate k USING (call)
LEFT JOIN page p ON p.visit = k.visit
LEFT JOIN sourced_visit v ON v.account = $account AND v.visit = k.visit
ORDER BY k.opened_at DESC, k.visit
