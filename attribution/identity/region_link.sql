-- Question: which nodes of the region were named in one breath, since when, and by more than a call?
-- Parameters: none (reads region_node)
-- Columns: one, other, at (microseconds), sure: lists of the same length, an entry a pair
-- Owner: attribution
WITH mention AS (
  SELECT m.account, m.source_kind, m.source, m."at", r.id FROM mart_mention m
  JOIN (FROM region_node WHERE apart IS NULL) r ON r.account = m.account
    AND r.node_kind = m.node_kind AND r.node = m.node
    AND (r.until IS NULL OR (m."at" >= r.since AND m."at" < r.until))),
pair AS (
  SELECT a.id AS one, b.id AS other, epoch_us(min(a."at")) AS "at",
    bool_or(a.source_kind <> 'call') AS sure
  FROM mention a JOIN mention b ON b.account = a.account AND b.source_kind = a.source_kind
    AND b.source = a.source AND b.id > a.id
  GROUP BY a.id, b.id)
SELECT coalesce(list(one), []) AS one, coalesce(list(other), []) AS other,
  coalesce(list("at"), []) AS "at", coalesce(list(sure), []) AS sure
FROM pair
