-- Question: how many nodes are another person than before?
-- Parameters: none (reads person_change)
-- Columns: changes
-- Owner: attribution
SELECT count(*) AS changes FROM person_change
