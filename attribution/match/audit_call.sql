-- Question: which calls rang a number while it was one audited visit's alone, and who else could have?
-- Parameters: $since, $until (leases opened within; half open), $folds (equal stretches of that time);
--   reads ringing, candidate, stay, tie, label
-- Columns: fold, call, occurred_at, lease, on_site, seconds (of the audited visit), rivals (a list of
--   on_site, seconds of each who held the number before), kind (another label of the call, or NULL),
--   ties (a list of kind, same: the visit's known phones and clicks), weight (leases for each audit that were opened in the same hour of the day: chance grants an
--   audit only while the pool has room)
-- Owner: attribution
WITH hour AS (
  SELECT account, site, hour(opened_at) AS hour, count(*) / nullif(count_if(audit), 0) AS weight
  FROM stay WHERE opened_at >= $since AND opened_at < $until GROUP BY ALL),
-- Materialized: else the joins are put in an order that meets every call with every lease.
own AS MATERIALIZED (
  SELECT c.account, c.site, c.call, c.lease, c.on_site, c.seconds, s.opened_at, s.held_until
  FROM candidate c JOIN stay s ON s.account = c.account AND s.lease = c.lease
  WHERE s.audit AND s.opened_at >= $since AND s.opened_at < $until),
rival AS MATERIALIZED (
  SELECT c.account, c.call, o.lease,
    list({'on_site': c.on_site, 'seconds': c.seconds} ORDER BY c.seconds, c.lease) AS rivals
  FROM own o JOIN candidate c ON c.account = o.account AND c.call = o.call AND c.lease <> o.lease
  GROUP BY ALL),
known AS (
  SELECT account, call, lease, list({'kind': kind, 'same': same} ORDER BY kind, same) AS ties
  FROM tie GROUP BY ALL)
SELECT ((epoch_us(c.opened_at) - epoch_us($since::TIMESTAMP)) * $folds
    // (epoch_us($until::TIMESTAMP) - epoch_us($since::TIMESTAMP)))::INTEGER AS fold,
  r.call, r.occurred_at, c.lease, c.on_site, c.seconds, coalesce(v.rivals, []) AS rivals, l.kind,
  coalesce(k.ties, []) AS ties, h.weight::DOUBLE AS weight
FROM ringing r JOIN own c ON c.account = r.account AND c.call = r.call
JOIN hour h ON h.account = c.account AND h.site = c.site AND h.hour = hour(c.opened_at)
LEFT JOIN rival v ON v.account = c.account AND v.call = c.call AND v.lease = c.lease
LEFT JOIN known k ON k.account = c.account AND k.call = c.call AND k.lease = c.lease
LEFT JOIN label l ON l.account = r.account AND l.call = r.call AND l.lease = c.lease
WHERE NOT r.again AND r.occurred_at < coalesce(c.held_until, $until::TIMESTAMP)
ORDER BY r.occurred_at, r.call, c.lease
