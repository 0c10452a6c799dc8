-- Question: which loaded batches do the marts not hold yet?
-- Parameters: none
-- Columns: batch
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE pending_batch AS
SELECT batch FROM loaded_batch ANTI JOIN mart_batch USING (batch)
