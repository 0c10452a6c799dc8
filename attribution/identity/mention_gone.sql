-- Question: what did the sources of the tellings name before that they name no more?
-- Parameters: none (reads telling, mention_now)
-- Columns: mention_gone: held_row and those of mart_mention
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE mention_gone AS
SELECT m.rowid AS held_row, m.* FROM mart_mention m
SEMI JOIN telling t ON t.account = m.account AND t.source_kind = m.source_kind
  AND t.source = m.source
ANTI JOIN mention_now n ON n.account = m.account AND n.source_kind = m.source_kind
  AND n.source = m.source AND n."at" = m."at" AND n.node_kind = m.node_kind AND n.node = m.node
