-- Question: which batches do the marts hold once this transaction commits?
-- Parameters: none
-- Columns: mart_batch
-- Owner: attribution
INSERT INTO mart_batch SELECT batch FROM pending_batch
