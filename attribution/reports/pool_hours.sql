-- Question: how many visits asked a pool for a number in each hour, and how long was each kept?
-- Parameters: $account, $sites (the pool's), $pool, $since, $until (days in the site's zone)
-- Columns: day, hour, visits (overflows included), overflows (never got one), closed (ended leases),
--   stay_seconds (on the pages) and held_seconds (until others could have it), sums over closed
-- Owner: attribution
SELECT asked_locally::DATE AS day, hour(asked_locally)::INTEGER AS hour, count(*)::BIGINT AS visits,
  count_if(overflow)::BIGINT AS overflows, count(held_seconds)::BIGINT AS closed,
  coalesce(sum(seen_seconds), 0)::DOUBLE AS stay_seconds,
  coalesce(sum(held_seconds), 0)::DOUBLE AS held_seconds
FROM pool_asked($account, $sites, $pool) WHERE asked_locally::DATE BETWEEN $since AND $until
GROUP BY ALL ORDER BY day, hour
