-- Question: up to which batch do the marts hold the facts?
-- Parameters: none
-- Columns: load
-- Owner: attribution (replay)
SELECT load FROM mart_position
