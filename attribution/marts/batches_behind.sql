-- Question: how many loaded batches do the marts not hold yet?
-- Parameters: none
-- Columns: batches
-- Owner: attribution
SELECT count(*)::BIGINT AS batches FROM loaded_batch WHERE load > (SELECT load FROM mart_position)
