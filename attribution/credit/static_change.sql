-- Question: which dirty calls are a touch by the source of a static number, or were one?
-- Parameters: none
-- Columns: static_change: account, person, at. Reads dirty_mark.
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE static_change AS
SELECT m.account, m.person, m.occurred_at AS "at"
FROM mart_conversion m SEMI JOIN dirty_mark d ON d.account = m.account AND d.event = m.conversion
JOIN mart_traffic t ON t.account = m.account AND t.traffic = m.traffic
WHERE m.kind = 'call' AND t.channel <> 'Unattributed' AND m.person IS NOT NULL
UNION
SELECT c.account, p.person, c.started_at
FROM mart_call c SEMI JOIN dirty_mark d ON d.account = c.account AND d.event = c.call
JOIN mart_person p ON p.account = c.account AND p.node_kind = 'phone' AND p.node = c.caller
  AND (p.until IS NULL OR c.started_at >= p.since AND c.started_at < p.until)
WHERE c.match = 'static' AND c.direction = 'inbound' AND c.presentation = 'allowed'
