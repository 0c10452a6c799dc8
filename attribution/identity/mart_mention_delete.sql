-- Question: which mentions are no more?
-- Parameters: none (reads mention_gone)
-- Columns: none
-- Owner: attribution
DELETE FROM mart_mention WHERE rowid IN (SELECT held_row FROM mention_gone)
