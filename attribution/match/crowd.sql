-- Question: which visits could have made each call whose caller left no mark?
-- Parameters: $since, $until (rings; half open), $folds (equal stretches of that time), $of (on_site of
--   each step), $step, $from_seconds, $until_seconds; reads ringing, candidate, stay, label
-- Columns: fold, own (the places in $step of leases opened within the window), others (of older ones)
-- Owner: attribution
WITH step AS (
  SELECT unnest($of::BOOLEAN[]) AS on_site, unnest($from_seconds::DOUBLE[]) AS from_seconds,
    unnest($until_seconds::DOUBLE[]) AS until_seconds,
    unnest(range(len($step::INTEGER[]))) AS place),
placed AS MATERIALIZED (
  SELECT c.account, c.call, p.place, s.opened_at >= $since AS own
  FROM candidate c JOIN stay s ON s.account = c.account AND s.lease = c.lease
  JOIN step p ON p.on_site = c.on_site AND c.seconds >= p.from_seconds AND c.seconds < p.until_seconds)
SELECT ((epoch_us(r.occurred_at) - epoch_us($since::TIMESTAMP)) * $folds
    // (epoch_us($until::TIMESTAMP) - epoch_us($since::TIMESTAMP)))::INTEGER AS fold,
  coalesce(list(p.place ORDER BY p.place) FILTER (p.own), []) AS own,
  coalesce(list(p.place ORDER BY p.place) FILTER (NOT p.own), []) AS others
FROM ringing r JOIN placed p ON p.account = r.account AND p.call = r.call
ANTI JOIN label l ON l.account = r.account AND l.call = r.call
WHERE NOT r.again
GROUP BY r.account, r.call, r.occurred_at ORDER BY r.occurred_at, r.call
