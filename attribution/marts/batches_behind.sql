-- Question: how many loaded batches do the marts not hold yet?
-- Parameters: none
-- Columns: batches
-- Owner: attribution
SELECT count(*)::BIGINT AS batches FROM loaded_batch ANTI JOIN mart_batch USING (batch)
