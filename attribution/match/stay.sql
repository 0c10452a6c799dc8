-- Question: which visit held which number, until when was it seen, until when may it have called?
-- Where it is asked for calls: those that one of them met, all others of the same persons, and those that
-- a form is of. All else that was held tells nothing of the calls, and is most of what a rebuild reads.
-- A visit stops being a candidate at the horizon (6 hours after it was last seen), or when its own
-- visitor is given the number again under a new lease, or 30 days after it began.
-- Parameters: $account, $site (each NULL: all), $since, $until (of the rings that are asked about), $rung
--   (only what has to do with the temporary table ringing; else all that was seen since), $part of $parts
--   (of the numbers)
-- Columns: those of no_stay.sql
-- Of a number that rang the leases of the weeks up to each ring, so that a call of long ago costs its own
-- weeks alone and not all time since. They are wide enough that nothing a call gets depends on them.
-- A visit is known by its id however long ago it began; a clock may put it an hour behind its first lease.
-- Owner: attribution
INSERT INTO stay
WITH rang AS (
  SELECT DISTINCT account, number, epoch_us(occurred_at) // 604800000000 AS week FROM ringing
  WHERE $rung),
week AS (SELECT DISTINCT account, number, unnest(range(week - 5, week + 1)) AS week FROM rang),
opened AS (
  SELECT account, site, pool, number, lease, visit, drawn, audit, occurred_at AS opened_at
  FROM fact_lease
  WHERE ($account IS NULL OR account = $account) AND ($site IS NULL OR site = $site)
    AND occurred_at >= $since::TIMESTAMP - INTERVAL 31 DAY AND occurred_at <= $until
    AND hash(number) % $parts::UBIGINT = $part::UBIGINT
    AND (NOT $rung OR (account, number, epoch_us(occurred_at) // 604800000000)
      IN (SELECT (account, number, week) FROM week))),
asked AS (
  SELECT o.*, c.last_seen, c.held_until
  FROM opened o LEFT JOIN (
    SELECT account, lease, last_seen, held_until FROM fact_lease_closed
    WHERE occurred_at >= $since::TIMESTAMP - INTERVAL 32 DAY) c
    ON c.account = o.account AND c.lease = o.lease),
known AS (
  SELECT l.* EXCLUDE (opened_at, last_seen), v.visitor, coalesce(v.visitor, l.visit) AS person,
    greatest(l.opened_at, v.occurred_at) AS opened_at,
    CASE WHEN l.last_seen IS NOT NULL
      THEN greatest(l.last_seen, l.opened_at, v.occurred_at) END AS last_seen
  FROM asked l LEFT JOIN fact_visit v ON v.account = l.account AND v.visit = l.visit
    AND v.occurred_at <= l.opened_at + INTERVAL 1 HOUR),
followed AS (
  SELECT *, lead(person) OVER next AS next_person, lead(opened_at) OVER next AS next_opened_at
  FROM known WINDOW next AS (PARTITION BY account, number ORDER BY opened_at, lease)),
held AS MATERIALIZED (
  SELECT account, site, pool, number, lease, visit, visitor, person, coalesce(drawn, false) AS drawn,
    coalesce(audit, false) AS audit, opened_at,
    coalesce(last_seen, $until::TIMESTAMP) AS last_seen, held_until,
    least(coalesce(last_seen, $until::TIMESTAMP) + INTERVAL 6 HOUR, opened_at + INTERVAL 30 DAY,
      CASE WHEN next_person = person THEN next_opened_at END) AS ended,
    last_seen IS NOT NULL AS closed
  FROM followed WHERE $rung OR last_seen IS NULL OR last_seen > $since::TIMESTAMP - INTERVAL 6 HOUR),
-- By the quarter of a day, as candidate.sql does.
met AS (
  SELECT DISTINCT h.account, h.person
  FROM (SELECT account, number, person, opened_at, ended, unnest(range(
      epoch_us(opened_at) // 21600000000, epoch_us(ended) // 21600000000 + 1)) AS quarter
    FROM held WHERE $rung) h
  JOIN ringing r ON r.account = h.account AND r.number = h.number
    AND h.quarter = epoch_us(r.occurred_at) // 21600000000
    AND r.occurred_at >= h.opened_at AND r.occurred_at < h.ended)
FROM held WHERE NOT $rung OR (account, person) IN (SELECT (account, person) FROM met)
  OR (account, visit) IN (SELECT (account, visit) FROM fact_contact)
