-- Question: which visits asked a pool for a number, and how long was each kept?
-- Parameters: of_account, of_sites (the pool's), of_pool
-- Columns: site, asked_at (UTC), asked_locally (in the site's zone), overflow (never got a number),
--   seen_seconds (on the pages) and held_seconds (until others could have it); both null for a visit
--   that found none or whose lease has not ended
-- Owner: attribution
CREATE MACRO pool_asked(of_account, of_sites, of_pool) AS TABLE
WITH zone AS (
  SELECT site, arg_max(timezone, occurred_at) AS timezone
  FROM fact_site WHERE account = of_account GROUP BY site),
leased AS (
  SELECT l.site, l.visit, l.occurred_at, epoch(c.last_seen - l.occurred_at) AS seen_seconds,
    epoch(c.held_until - l.occurred_at) AS held_seconds
  FROM fact_lease l LEFT JOIN fact_lease_closed c ON c.account = l.account AND c.lease = l.lease
  WHERE l.account = of_account AND list_contains(of_sites, l.site) AND l.pool = of_pool),
told AS (
  SELECT site, visit, occurred_at, pool FROM fact_pool_overflow
  WHERE account = of_account AND list_contains(of_sites, site)),
-- Visits of before that fact was told say only that some pool of their site had none.
overflowed AS (
  SELECT site, visit, occurred_at FROM told WHERE pool = of_pool
  UNION ALL
  SELECT site, visit, occurred_at FROM fact_visit
  WHERE account = of_account AND list_contains(of_sites, site) AND overflow
    AND visit NOT IN (SELECT visit FROM told)),
asked AS (
  SELECT site, occurred_at, seen_seconds, held_seconds, false AS overflow FROM leased
  UNION ALL
  SELECT site, occurred_at, NULL, NULL, true FROM overflowed
  WHERE visit NOT IN (SELECT visit FROM leased))
SELECT a.site, a.occurred_at AS asked_at, a.overflow, a.seen_seconds, a.held_seconds,
  timezone(coalesce(z.timezone, 'UTC'), timezone('UTC', a.occurred_at)) AS asked_locally
FROM asked a LEFT JOIN zone z USING (site);
