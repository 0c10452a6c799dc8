-- Question: which visits may have made each dirty call, and how likely is each?
-- Rounded, so that the order in which rates were added up is not to be seen.
-- Parameters: none (reads matched, stay, call_now)
-- Columns: mart_candidate
-- Owner: attribution
INSERT INTO mart_candidate
SELECT m.account, m.site, m.call, n.occurred_at, m.lease, m.visit, s.visitor, m.on_site, m.seconds,
  m.terms, round(m.probability, 12), m.fit
FROM matched m JOIN call_now n ON n.account = m.account AND n.call = m.call
LEFT JOIN stay s ON s.account = m.account AND s.lease = m.lease
ORDER BY n.occurred_at, m.call, m.probability DESC, m.lease
