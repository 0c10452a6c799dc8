-- Question: whose conversions are about to be shared anew?
-- Parameters: none
-- Columns: none
-- Owner: attribution
DELETE FROM mart_share WHERE rowid IN (
  SELECT m.rowid FROM mart_share m SEMI JOIN dirty_conversion USING (account, conversion))
