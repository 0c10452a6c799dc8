-- Question: may any lead be another?
-- Parameters: none (reads dirty_mark, person_change)
-- Columns: changed
-- Owner: attribution (leads)
SELECT EXISTS (FROM dirty_mark) OR EXISTS (FROM person_change) AS changed
