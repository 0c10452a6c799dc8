-- Question: which conversions are about to be told anew?
-- Parameters: none
-- Columns: none
-- Owner: attribution
DELETE FROM mart_conversion WHERE rowid IN (
  SELECT m.rowid FROM mart_conversion m SEMI JOIN dirty_conversion USING (account, conversion))
