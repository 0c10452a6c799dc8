-- Question: which merges and splits are of two nodes of the region? Of a phone, the stretch is meant that
-- began last before `since`, or else the first.
-- Parameters: none (reads region_node, dirty_key)
-- Columns: action, one, other (ids), the newest decision first
-- Owner: attribution
WITH ruling AS (
  SELECT account, decision, action, occurred_at, since, one_kind::node_kind AS one_kind, one,
    other_kind::node_kind AS other_kind, other
  FROM newest_person_decision WHERE action <> 'stop' AND undone_by IS NULL),
side AS (
  SELECT account, decision, since AS moment, 'one' AS side, one_kind AS node_kind, one AS node
  FROM ruling
  UNION ALL
  SELECT account, decision, since, 'other', other_kind, other FROM ruling),
stretch AS (
  SELECT account, node_kind, node, since FROM region_node
  UNION
  SELECT account, node_kind, node, since FROM mart_person
  SEMI JOIN side USING (account, node_kind, node) ANTI JOIN dirty_key USING (account, node_kind, node)),
meant AS (
  SELECT s.*, t.since FROM side s JOIN stretch t USING (account, node_kind, node)
  QUALIFY row_number() OVER (PARTITION BY s.account, s.decision, s.side
    ORDER BY t.since <= s.moment DESC, abs(epoch_us(t.since) - epoch_us(s.moment))) = 1),
placed AS (
  SELECT m.account, m.decision, m.side, r.id FROM meant m
  JOIN region_node r USING (account, node_kind, node, since))
SELECT d.action, a.id AS one, b.id AS other FROM ruling d
JOIN placed a ON a.account = d.account AND a.decision = d.decision AND a.side = 'one'
JOIN placed b ON b.account = d.account AND b.decision = d.decision AND b.side = 'other'
WHERE a.id <> b.id
ORDER BY d.occurred_at DESC, d.decision DESC
