-- Question: what do the tellings name that their sources did not name before?
-- Parameters: none (reads mention_now)
-- Columns: mention_come: those of mart_mention
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE mention_come AS
FROM mention_now ANTI JOIN mart_mention USING (account, source_kind, source, "at", node_kind, node)
