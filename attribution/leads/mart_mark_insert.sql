-- Question: as what do these calls and contacts count?
-- Parameters: none (reads mark_now)
-- Columns: mart_mark
-- Owner: attribution (leads)
INSERT INTO mart_mark BY NAME FROM mark_now ORDER BY occurred_at
