-- Question: which batches were loaded after that?
-- Parameters: $load
-- Columns: load, batch, in the order of loading
-- Owner: attribution
SELECT load, batch FROM loaded_batch WHERE load > $load ORDER BY load
