-- Question: which dirty nodes link nothing, because they tell of nobody or because too many share them?
-- Parameters: $stopped (phones that tell of nobody; reads node_now, dirty_mention, node_limit)
-- Columns: node_judged: those of node_now; cookies, phones, emails, customers (different neighbours);
--   apart (stopped, shared, null)
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE node_judged AS
WITH neighbour AS (
  SELECT DISTINCT n.account, n.node_kind, n.node, n.since, o.node_kind AS other_kind,
    o.node AS other
  FROM node_now n JOIN dirty_mention m ON m.account = n.account AND m.node_kind = n.node_kind
    AND m.node = n.node AND m."at" >= n.since AND (n.until IS NULL OR m."at" < n.until)
  JOIN dirty_mention o ON o.account = m.account AND o.source_kind = m.source_kind
    AND o.source = m.source AND (o.node_kind, o.node) <> (m.node_kind, m.node)),
degree AS (
  SELECT account, node_kind, node, since, count_if(other_kind = 'cookie') AS cookies,
    count_if(other_kind = 'phone') AS phones, count_if(other_kind = 'email') AS emails,
    count_if(other_kind = 'customer') AS customers
  FROM neighbour GROUP BY account, node_kind, node, since),
stopped AS (
  SELECT account, 'phone' AS node_kind, number AS node FROM fact_number_owned
  UNION SELECT account, 'phone', original FROM fact_pool
  UNION SELECT account, one_kind, one FROM newest_person_decision
  WHERE action = 'stop' AND undone_by IS NULL)
SELECT n.*, coalesce(d.cookies, 0) AS cookies, coalesce(d.phones, 0) AS phones,
  coalesce(d.emails, 0) AS emails, coalesce(d.customers, 0) AS customers,
  CASE WHEN s.node IS NOT NULL OR (n.node_kind = 'phone'
      AND list_contains($stopped::VARCHAR[], n.node)) THEN 'stopped'
    WHEN d.cookies > l.cookies OR d.phones > l.phones OR d.emails > l.emails
      OR d.customers > l.customers THEN 'shared' END AS apart
FROM node_now n JOIN node_limit l USING (node_kind)
LEFT JOIN degree d ON d.account = n.account AND d.node_kind = n.node_kind AND d.node = n.node
  AND d.since = n.since
LEFT JOIN stopped s ON s.account = n.account AND s.node_kind::node_kind = n.node_kind
  AND s.node = n.node
