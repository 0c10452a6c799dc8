-- Question: up to which load do the marts hold the batches once this transaction commits?
-- Parameters: $load
-- Columns: mart_position
-- Owner: attribution
UPDATE mart_position SET load = $load
