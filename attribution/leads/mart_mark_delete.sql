-- Question: which marks are about to be made anew?
-- Parameters: none (reads dirty_mark)
-- Columns: none
-- Owner: attribution (leads)
DELETE FROM mart_mark WHERE rowid IN (
  SELECT m.rowid FROM mart_mark m SEMI JOIN dirty_mark USING (account, event))
