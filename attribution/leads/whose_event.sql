-- Question: whose is each of these calls and contacts? Of its person; a call of a phone that is nobody's of
-- that phone, one without a phone of its visitor where the match is sure; else of nobody but itself.
-- Parameters: none (reads asked_event)
-- Columns: whose_event: account, site, event, whose. Those that count nowhere are not there.
-- Owner: attribution (leads)
CREATE OR REPLACE TEMP TABLE whose_event AS
WITH mark AS (
  SELECT account, site, event, kind, occurred_at FROM mart_mark
  SEMI JOIN asked_event USING (account, event) WHERE excluded IS NULL),
call AS (
  SELECT m.*, CASE WHEN c.presentation = 'allowed' THEN c.caller END AS phone,
    CASE WHEN c.match = 'lease' THEN c.visitor END AS visitor
  FROM mark m JOIN mart_call c ON c.account = m.account AND c.call = m.event
  WHERE m.kind = 'call'),
node AS (
  SELECT account, event, occurred_at, 'phone'::node_kind AS node_kind, phone AS node FROM call
  WHERE phone IS NOT NULL
  UNION ALL
  SELECT account, event, occurred_at, 'cookie', visitor::VARCHAR FROM call
  WHERE phone IS NULL AND visitor IS NOT NULL
  UNION ALL
  SELECT account, event, occurred_at, 'contact', event::VARCHAR FROM mark WHERE kind = 'contact'),
known AS (
  SELECT n.account, n.event, p.person FROM node n
  JOIN mart_person p ON p.account = n.account AND p.node_kind = n.node_kind AND p.node = n.node
    AND (p.until IS NULL OR (p.since <= n.occurred_at AND n.occurred_at < p.until)))
SELECT m.account, m.site, m.event, coalesce(k.person::VARCHAR, 'phone:' || c.phone,
  c.visitor::VARCHAR, 'event:' || m.event::VARCHAR) AS whose
FROM mark m LEFT JOIN known k USING (account, event) LEFT JOIN call c USING (account, event)
