-- Question: how long were visits of a window at risk of calling, by what they were doing?
-- Audit leases count only for as long as the number was theirs alone.
-- Parameters: $since, $until (leases opened within; half open), $folds (equal stretches of that time),
--   $of (on_site of each step), $step, $from_seconds, $until_seconds; reads stay
-- Columns: fold, audit, on_site, step, seconds, leases (with any time in the step)
-- Summed in whole microseconds, so that the order of the rows changes nothing.
-- Owner: attribution
WITH step AS (
  SELECT unnest($of::BOOLEAN[]) AS on_site, unnest($step::INTEGER[]) AS step,
    (unnest($from_seconds::DOUBLE[]) * 1e6)::BIGINT AS from_us,
    (least(unnest($until_seconds::DOUBLE[]), 1e9) * 1e6)::BIGINT AS until_us),
opened AS (
  SELECT *, ((epoch_us(opened_at) - epoch_us($since::TIMESTAMP)) * $folds
    // (epoch_us($until::TIMESTAMP) - epoch_us($since::TIMESTAMP)))::INTEGER AS fold
  FROM stay WHERE opened_at >= $since AND opened_at < $until),
span AS (
  SELECT fold, audit, true AS on_site,
    epoch_us(least(last_seen, ended, $until::TIMESTAMP)) - epoch_us(opened_at) AS us
  FROM opened
  UNION ALL
  SELECT fold, audit, false, epoch_us(least(ended, $until::TIMESTAMP,
      CASE WHEN audit THEN coalesce(held_until, last_seen) END)) - epoch_us(last_seen)
  FROM opened WHERE last_seen < $until)
SELECT p.fold, p.audit, p.on_site, s.step,
  sum(greatest(0, least(p.us, s.until_us) - s.from_us)) / 1e6 AS seconds,
  count_if(p.us > s.from_us)::BIGINT AS leases
FROM span p JOIN step s USING (on_site)
GROUP BY ALL ORDER BY ALL
