-- Question: what is each pool called, and which branch is it of?
-- Parameters: none
-- Columns: see ringtrail.core.facts
-- Owner: ingest (facts)
CREATE TABLE fact_pool (
  fact_id UUID NOT NULL, batch UUID NOT NULL, account INTEGER NOT NULL, site INTEGER NOT NULL,
  occurred_at TIMESTAMP NOT NULL, received_at TIMESTAMP NOT NULL,
  pool INTEGER NOT NULL, name VARCHAR NOT NULL, original VARCHAR NOT NULL, branch INTEGER,
  branch_name VARCHAR);
