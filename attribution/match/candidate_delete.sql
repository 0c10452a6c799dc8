-- Question: which candidates are about to be told anew?
-- Parameters: $rang_at (no dirty call rang before, by whichever telling)
-- Columns: none
-- Owner: attribution
DELETE FROM mart_candidate
WHERE started_at >= $rang_at AND (account, call) IN (SELECT (account, call) FROM dirty_call)
