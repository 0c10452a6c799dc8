-- Question: which loaded batches do the marts already hold?
-- Parameters: none
-- Columns: the batch, written in the transaction that refreshed the marts
-- Owner: attribution
CREATE TABLE mart_batch (batch UUID PRIMARY KEY);
INSERT INTO mart_batch SELECT batch FROM loaded_batch;
