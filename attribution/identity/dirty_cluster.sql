-- Question: which clusters are to be put together anew? Those that had a dirty node, and those of the
-- nodes that a dirty node was ever named with and may link.
-- Parameters: $everything (reads dirty_key, dirty_mention, node_judged)
-- Columns: dirty_cluster: account, cluster
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE dirty_cluster AS
SELECT account, cluster FROM mart_person WHERE $everything
UNION
SELECT account, cluster FROM mart_person SEMI JOIN dirty_key USING (account, node_kind, node)
UNION
SELECT p.account, p.cluster FROM node_judged n
JOIN dirty_mention m ON m.account = n.account AND m.node_kind = n.node_kind AND m.node = n.node
  AND m."at" >= n.since AND (n.until IS NULL OR m."at" < n.until)
JOIN dirty_mention o ON o.account = m.account AND o.source_kind = m.source_kind
  AND o.source = m.source AND NOT o.dirty
JOIN mart_person p ON p.account = o.account AND p.node_kind = o.node_kind AND p.node = o.node
  AND (p.until IS NULL OR (o."at" >= p.since AND o."at" < p.until))
WHERE n.apart IS NULL AND p.apart IS NULL
