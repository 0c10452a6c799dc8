-- Question: which alarms are about to be told anew?
-- Parameters: none (reads dirty_key, dirty_cluster)
-- Columns: none
-- Owner: attribution
DELETE FROM mart_person_alarm
WHERE (alarm = 'shared' AND (account, node_kind, node) IN (FROM dirty_key))
  OR (alarm = 'oversized' AND (account, cluster) IN (FROM dirty_cluster))
