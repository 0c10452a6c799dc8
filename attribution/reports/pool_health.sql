-- Question: how close did each pool come to its end: peak use, overflow visits, ambiguous calls?
-- Parameters: $account, $sites, $since, $until (days in the site's zone, both included)
-- Columns: site, pool, numbers (at the end of the period), peak (numbers that nobody else could have
--   at once), peak_at (UTC), visits (given a number), overflows (visits that found none), calls (with
--   a lease of the pool, but those that are left out), ambiguous (of them), drawn and audits (visits chosen
--   for an audit, granted)
-- Owner: attribution
WITH zone AS (
  SELECT site, arg_max(timezone, occurred_at) AS timezone
  FROM fact_site WHERE account = $account GROUP BY site),
period AS (
  SELECT s.site,
    timezone('UTC', timezone(coalesce(z.timezone, 'UTC'), $since::TIMESTAMP)) AS began,
    timezone('UTC', timezone(coalesce(z.timezone, 'UTC'), $until::TIMESTAMP + INTERVAL 1 DAY)) AS ended
  FROM (SELECT unnest($sites) AS site) s LEFT JOIN zone z USING (site)),
lease AS (
  SELECT l.site, l.pool, l.lease, l.visit, l.drawn, l.audit, l.occurred_at AS opened_at,
    coalesce(c.held_until, 'infinity') AS held_until, p.began, p.ended
  FROM fact_lease l JOIN period p USING (site)
  LEFT JOIN fact_lease_closed c ON c.account = l.account AND c.lease = l.lease
  WHERE l.account = $account AND l.occurred_at < p.ended),
step AS (
  SELECT site, pool, greatest(opened_at, began) AS moment, 1 AS change FROM lease
  WHERE held_until > greatest(opened_at, began)
  UNION ALL
  SELECT site, pool, held_until, -1 FROM lease
  WHERE held_until > greatest(opened_at, began) AND held_until < ended),
use AS (
  SELECT site, pool, moment, sum(change) OVER (PARTITION BY site, pool ORDER BY moment, change
    ROWS UNBOUNDED PRECEDING) AS numbers FROM step),
peak AS (
  SELECT site, pool, max(numbers)::BIGINT AS peak, min_by(moment, (-numbers, moment)) AS peak_at
  FROM use GROUP BY site, pool),
given AS (
  SELECT site, pool, count(DISTINCT visit)::BIGINT AS visits,
    count(DISTINCT visit) FILTER (drawn)::BIGINT AS drawn,
    count(DISTINCT visit) FILTER (audit)::BIGINT AS audits
  FROM lease WHERE opened_at >= began GROUP BY site, pool),
overflow AS (
  SELECT o.site, o.pool, count(DISTINCT o.visit)::BIGINT AS overflows
  FROM fact_pool_overflow o JOIN period p USING (site)
  WHERE o.account = $account AND o.occurred_at >= p.began AND o.occurred_at < p.ended
  GROUP BY o.site, o.pool),
called AS (
  SELECT l.site, l.pool, count(*)::BIGINT AS calls,
    count_if(m.match = 'ambiguous')::BIGINT AS ambiguous
  FROM mart_call m JOIN lease l ON l.lease = m.lease JOIN period p ON p.site = m.site
  WHERE m.account = $account AND m.started_at >= p.began AND m.started_at < p.ended
    AND m.excluded IS NULL
  GROUP BY l.site, l.pool),
owned AS (
  SELECT o.site, o.pool, o.role, o.since, o.until FROM fact_number_owned o
  WHERE o.account = $account AND o.pool IS NOT NULL
  QUALIFY row_number() OVER (PARTITION BY o.number, o.since
    ORDER BY o.until IS NOT NULL DESC, o.occurred_at DESC) = 1),
size AS (
  SELECT o.site, o.pool, count(*)::BIGINT AS numbers FROM owned o JOIN period p USING (site)
  WHERE o.since < p.ended AND (o.until IS NULL OR o.until >= p.ended) GROUP BY o.site, o.pool),
pool AS (
  SELECT site, pool FROM size UNION SELECT site, pool FROM given
  UNION SELECT site, pool FROM overflow UNION SELECT site, pool FROM peak)
SELECT pool.site, pool.pool, coalesce(numbers, 0) AS numbers, coalesce(peak, 0) AS peak, peak_at,
  coalesce(visits, 0) AS visits, coalesce(overflows, 0) AS overflows, coalesce(calls, 0) AS calls,
  coalesce(ambiguous, 0) AS ambiguous, coalesce(drawn, 0) AS drawn, coalesce(audits, 0) AS audits
FROM pool LEFT JOIN size USING (site, pool) LEFT JOIN peak USING (site, pool)
LEFT JOIN given USING (site, pool) LEFT JOIN overflow USING (site, pool)
LEFT JOIN called USING (site, pool) ORDER BY site, pool
