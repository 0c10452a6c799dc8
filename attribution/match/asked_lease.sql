-- Question: which leases may have to do with the calls that are asked about, and how did each end?
-- Of a number that rang those of the weeks up to each ring, so that a call of long ago costs its own weeks
-- alone and not all time since. They are wide enough that nothing a call gets depends on them.
-- Parameters: $account, $site (each NULL: all), $since, $until (of the rings that are asked about),
--   $rung (only what has to do with the temporary table ringing)
-- Columns: asked_lease: account, site, pool, number, lease, visit, drawn, audit, opened_at, last_seen,
--   held_until (both NULL while it is open)
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE asked_lease AS
WITH rang AS (
  SELECT DISTINCT account, number, epoch_us(occurred_at) // 604800000000 AS week FROM ringing
  WHERE $rung),
week AS (SELECT DISTINCT account, number, unnest(range(week - 5, week + 1)) AS week FROM rang),
opened AS MATERIALIZED (
  SELECT account, site, pool, number, lease, visit, drawn, audit, occurred_at AS opened_at
  FROM fact_lease
  WHERE ($account IS NULL OR account = $account) AND ($site IS NULL OR site = $site)
    AND occurred_at >= $since::TIMESTAMP - INTERVAL 31 DAY AND occurred_at <= $until
    AND (NOT $rung OR (account, number, epoch_us(occurred_at) // 604800000000)
      IN (SELECT (account, number, week) FROM week)))
SELECT o.*, c.last_seen, c.held_until
FROM opened o LEFT JOIN (
  SELECT account, lease, last_seen, held_until FROM fact_lease_closed
  WHERE occurred_at >= $since::TIMESTAMP - INTERVAL 32 DAY) c
  ON c.account = o.account AND c.lease = o.lease
