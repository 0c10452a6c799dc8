-- Question: which credits are about to be given anew?
-- Parameters: none
-- Columns: none
-- Owner: attribution
DELETE FROM mart_credit WHERE rowid IN (
  SELECT m.rowid FROM mart_credit m SEMI JOIN dirty_conversion USING (account, conversion))
