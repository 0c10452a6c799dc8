-- Question: with what were the dirty nodes ever named in one breath?
-- Parameters: none (reads dirty_key)
-- Columns: dirty_mention: those of mart_mention; dirty (whether the node is)
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE dirty_mention AS
SELECT m.*, d.node IS NOT NULL AS dirty
FROM (FROM mart_mention SEMI JOIN (FROM mart_mention SEMI JOIN dirty_key
  USING (account, node_kind, node)) USING (account, source_kind, source)) m
LEFT JOIN dirty_key d ON d.account = m.account AND d.node_kind = m.node_kind AND d.node = m.node
