-- Question: which visits beyond the horizon may have called all the same, being the caller's own?
-- Parameters: none (reads ringing, stay, candidate, tie)
-- Columns: those of candidate
-- Owner: attribution
INSERT INTO candidate
-- Materialized: else the joins are put in an order that meets every call with every lease.
WITH lacking AS MATERIALIZED (
  SELECT t.account, t.call, t.lease FROM tie t
  ANTI JOIN candidate c ON c.account = t.account AND c.call = t.call AND c.lease = t.lease
  WHERE t.kind = 'redial' AND t.lease IS NOT NULL),
known AS MATERIALIZED (
  SELECT l.account, l.call, l.lease, s.visit, s.person, s.last_seen
  FROM lacking l JOIN stay s ON s.account = l.account AND s.lease = l.lease)
SELECT k.account, r.site, k.call, k.lease, k.visit, k.person, false AS on_site,
  (epoch_us(r.occurred_at) - epoch_us(k.last_seen)) / 1e6 AS seconds
FROM known k JOIN ringing r ON r.account = k.account AND r.call = k.call
WHERE r.occurred_at >= k.last_seen
