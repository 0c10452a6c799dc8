-- Question: when did each visit ask a pool for a number, and how long did it stay?
-- Parameters: $account, $sites (the pool's), $pool, $since, $until (days in the site's zone)
-- Columns: asked_at (seconds of UTC since 1970), stay_seconds and kept_seconds (from the last sign of
--   life until others could have the number); both NULL for a visit that found no number or whose
--   lease has not ended
-- Owner: attribution
SELECT epoch(asked_at)::DOUBLE AS asked_at, seen_seconds::DOUBLE AS stay_seconds,
  (held_seconds - seen_seconds)::DOUBLE AS kept_seconds
FROM pool_asked($account, $sites, $pool) AS asked
WHERE asked.asked_locally::DATE BETWEEN $since AND $until ORDER BY asked.asked_at
