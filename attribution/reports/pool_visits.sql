-- Question: when did each visit ask a pool for a number, and how long did it stay?
-- Parameters: $account, $sites (the pool's), $pool, $since, $until (days in the site's zone)
-- Columns: asked_at (seconds of UTC since 1970), stay_seconds and kept_seconds (from the last sign of
--   life until others could have the number); both NULL for a visit that found no number or whose
--   lease has not ended
-- Owner: attribution
WITH zone AS (
  SELECT site, arg_max(timezone, occurred_at) AS timezone
  FROM fact_site WHERE account = $account GROUP BY site),
leased AS (
  SELECT l.site, l.visit, l.occurred_at, epoch(c.last_seen - l.occurred_at) AS stay_seconds,
    epoch(c.held_until - c.last_seen) AS kept_seconds
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
  SELECT site, occurred_at, stay_seconds, kept_seconds FROM leased
  UNION ALL
  SELECT site, occurred_at, NULL, NULL FROM overflowed
  WHERE visit NOT IN (SELECT visit FROM leased))
SELECT epoch(a.occurred_at)::DOUBLE AS asked_at, a.stay_seconds::DOUBLE AS stay_seconds,
  a.kept_seconds::DOUBLE AS kept_seconds
FROM asked a LEFT JOIN zone z USING (site)
WHERE timezone(coalesce(z.timezone, 'UTC'), timezone('UTC', a.occurred_at))::DATE
  BETWEEN $since AND $until
ORDER BY a.occurred_at
