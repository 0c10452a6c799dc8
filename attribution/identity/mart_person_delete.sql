-- Question: which clusters are about to be told anew?
-- Parameters: none (reads dirty_cluster)
-- Columns: none
-- Owner: attribution
DELETE FROM mart_person WHERE rowid IN (
  SELECT p.rowid FROM mart_person p SEMI JOIN dirty_cluster USING (account, cluster))
