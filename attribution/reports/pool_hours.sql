-- Question: how many visits asked a pool for a number in each hour, and how long was each kept?
-- Parameters: $account, $sites (the pool's), $pool, $since, $until (days in the site's zone)
-- Columns: day, hour, visits (overflows included), overflows (never got one), closed (ended leases),
--   stay_seconds (on the pages) and held_seconds (until others could have it), sums over closed
-- Owner: attribution
WITH zone AS (
  SELECT site, arg_max(timezone, occurred_at) AS timezone
  FROM fact_site WHERE account = $account GROUP BY site),
leased AS (
  SELECT l.site, l.visit, l.occurred_at, epoch(c.last_seen - l.occurred_at) AS stay_seconds,
    epoch(c.held_until - l.occurred_at) AS held_seconds
  FROM fact_lease l LEFT JOIN fact_lease_closed c ON c.account = l.account AND c.lease = l.lease
  WHERE l.account = $account AND list_contains($sites, l.site) AND l.pool = $pool),
told AS (
  SELECT site, visit, occurred_at, pool FROM fact_pool_overflow
  WHERE account = $account AND list_contains($sites, site)),
-- Visits of before that fact was told say only that some pool of their site had none.
overflowed AS (
  SELECT site, visit, occurred_at FROM told WHERE pool = $pool
  UNION ALL
  SELECT site, visit, occurred_at FROM fact_visit
  WHERE account = $account AND list_contains($sites, site) AND overflow
    AND visit NOT IN (SELECT visit FROM told)),
asked AS (
  SELECT site, occurred_at, stay_seconds, held_seconds, false AS overflow FROM leased
  UNION ALL
  SELECT site, occurred_at, NULL, NULL, true FROM overflowed
  WHERE visit NOT IN (SELECT visit FROM leased)),
local AS (
  SELECT a.*, timezone(coalesce(z.timezone, 'UTC'), timezone('UTC', a.occurred_at)) AS began
  FROM asked a LEFT JOIN zone z USING (site))
SELECT began::DATE AS day, hour(began)::INTEGER AS hour, count(*)::BIGINT AS visits,
  count_if(overflow)::BIGINT AS overflows, count(held_seconds)::BIGINT AS closed,
  coalesce(sum(stay_seconds), 0)::DOUBLE AS stay_seconds,
  coalesce(sum(held_seconds), 0)::DOUBLE AS held_seconds
FROM local WHERE began::DATE BETWEEN $since AND $until
GROUP BY ALL ORDER BY day, hour
