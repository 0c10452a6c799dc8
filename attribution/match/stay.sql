-- Question: which visit held which number, until when was it seen, until when may it have called?
-- A visit stops being a candidate at the horizon (6 hours after it was last seen), or when its own
-- visitor is given the number again under a new lease, or 30 days after it began.
-- Parameters: $since, $until (of the rings that are asked about), $rung (all that is asked; else only those
--   seen since) (reads asked_lease)
-- Columns: stay: account, site, pool, number, lease, visit, visitor (NULL while the visit is not loaded),
--   person (the visitor, or the visit while it is not loaded), drawn, audit, opened_at (not before the
--   visit began), last_seen ($until for who is still there), held_until, ended (from when on the visit
--   is no candidate), closed
-- A visit is known by its id however long ago it began; a clock may put it an hour behind its first lease.
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE stay AS
WITH visit AS (
  SELECT account, visit, visitor, occurred_at FROM fact_visit
  SEMI JOIN asked_lease USING (account, visit)),
known AS (
  SELECT l.* EXCLUDE (opened_at, last_seen), v.visitor, coalesce(v.visitor, l.visit) AS person,
    greatest(l.opened_at, v.occurred_at) AS opened_at,
    CASE WHEN l.last_seen IS NOT NULL
      THEN greatest(l.last_seen, l.opened_at, v.occurred_at) END AS last_seen
  FROM asked_lease l LEFT JOIN visit v ON v.account = l.account AND v.visit = l.visit
    AND v.occurred_at <= l.opened_at + INTERVAL 1 HOUR),
followed AS (
  SELECT *, lead(person) OVER next AS next_person, lead(opened_at) OVER next AS next_opened_at
  FROM known WINDOW next AS (PARTITION BY account, number ORDER BY opened_at, lease))
SELECT account, site, pool, number, lease, visit, visitor, person, coalesce(drawn, false) AS drawn,
  coalesce(audit, false) AS audit, opened_at,
  coalesce(last_seen, $until::TIMESTAMP) AS last_seen, held_until,
  least(coalesce(last_seen, $until::TIMESTAMP) + INTERVAL 6 HOUR, opened_at + INTERVAL 30 DAY,
    CASE WHEN next_person = person THEN next_opened_at END) AS ended,
  last_seen IS NOT NULL AS closed
FROM followed WHERE $rung OR last_seen IS NULL OR last_seen > $since::TIMESTAMP - INTERVAL 6 HOUR
