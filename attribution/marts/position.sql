-- Question: up to which load do the marts hold the batches?
-- Parameters: none
-- Columns: load
-- Owner: attribution
FROM mart_position
