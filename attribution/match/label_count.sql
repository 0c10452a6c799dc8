-- Question: how many calls of each kind of label came from visits in each state?
-- Parameters: $since, $until (leases opened within; half open), $folds (equal stretches of that time),
--   $of (on_site of each step), $step, $from_seconds, $until_seconds; reads ringing, candidate, stay, label
-- Columns: fold, kind, audit, on_site, step, calls
-- Owner: attribution
WITH step AS (
  SELECT unnest($of::BOOLEAN[]) AS on_site, unnest($step::INTEGER[]) AS step,
    unnest($from_seconds::DOUBLE[]) AS from_seconds, unnest($until_seconds::DOUBLE[]) AS until_seconds)
SELECT ((epoch_us(s.opened_at) - epoch_us($since::TIMESTAMP)) * $folds
    // (epoch_us($until::TIMESTAMP) - epoch_us($since::TIMESTAMP)))::INTEGER AS fold,
  l.kind, s.audit, c.on_site, p.step, count(*)::BIGINT AS calls
FROM label l JOIN candidate c ON c.account = l.account AND c.call = l.call AND c.lease = l.lease
JOIN stay s ON s.account = l.account AND s.lease = l.lease
JOIN step p ON p.on_site = c.on_site AND c.seconds >= p.from_seconds AND c.seconds < p.until_seconds
WHERE s.opened_at >= $since AND s.opened_at < $until
GROUP BY ALL ORDER BY ALL
