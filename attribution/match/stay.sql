-- Question: which visit held which number, until when was it seen, until when may it have called?
-- A visit stops being a candidate at the horizon (6 hours after it was last seen), or when its own
-- visitor is given the number again under a new lease.
-- Parameters: $account, $site (each NULL: all), $since, $until (of the rings that are asked about),
--   $rung (only numbers of the temporary table ringing)
-- Columns: stay: account, site, pool, number, lease, visit, person (the visitor, or the visit while
--   it is not loaded), drawn, audit, opened_at, last_seen ($until for who is still there), held_until,
--   ended (from when on the visit is no candidate), closed
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE stay AS
WITH lease AS (
  SELECT l.account, l.site, l.pool, l.number, l.lease, l.visit, l.drawn, l.audit,
    l.occurred_at AS opened_at, c.held_until,
    CASE WHEN c.last_seen IS NOT NULL THEN greatest(c.last_seen, l.occurred_at) END AS last_seen
  FROM fact_lease l LEFT JOIN (
    SELECT account, lease, last_seen, held_until FROM fact_lease_closed
    WHERE occurred_at >= $since::TIMESTAMP - INTERVAL 30 DAY) c
    ON c.account = l.account AND c.lease = l.lease
  WHERE ($account IS NULL OR l.account = $account) AND ($site IS NULL OR l.site = $site)
    AND l.occurred_at >= $since::TIMESTAMP - INTERVAL 30 DAY AND l.occurred_at <= $until
    AND (NOT $rung OR (l.account, l.number) IN (SELECT (account, number) FROM ringing))),
visit AS (
  SELECT account, visit, any_value(visitor) AS visitor FROM fact_visit
  WHERE ($account IS NULL OR account = $account) AND ($site IS NULL OR site = $site)
    AND occurred_at >= $since::TIMESTAMP - INTERVAL 31 DAY AND occurred_at <= $until
    AND (account, visit) IN (SELECT (account, visit) FROM lease)
  GROUP BY account, visit),
known AS (
  SELECT l.*, coalesce(v.visitor, l.visit) AS person
  FROM lease l LEFT JOIN visit v ON v.account = l.account AND v.visit = l.visit),
followed AS (
  SELECT *, lead(person) OVER next AS next_person, lead(opened_at) OVER next AS next_opened_at
  FROM known WINDOW next AS (PARTITION BY account, number ORDER BY opened_at, lease))
SELECT account, site, pool, number, lease, visit, person, coalesce(drawn, false) AS drawn,
  coalesce(audit, false) AS audit, opened_at,
  coalesce(last_seen, $until::TIMESTAMP) AS last_seen, held_until,
  least(coalesce(last_seen, $until::TIMESTAMP) + INTERVAL 6 HOUR,
    CASE WHEN next_person = person THEN next_opened_at END) AS ended,
  last_seen IS NOT NULL AS closed
FROM followed WHERE last_seen IS NULL OR last_seen > $since::TIMESTAMP - INTERVAL 6 HOUR
