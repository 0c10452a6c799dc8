-- Question: which rows of mart_call are about to be told anew?
-- Parameters: none
-- Columns: none
-- Owner: attribution
DELETE FROM mart_call WHERE rowid IN (SELECT held_row FROM dirty_call)
