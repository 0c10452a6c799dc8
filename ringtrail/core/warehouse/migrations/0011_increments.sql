-- Question: in which order did batches come, up to which do the marts hold them, which leases are open?
-- Parameters: none
-- Columns: `load` counts batches
-- Owner: ingest (loaded_batch), attribution (the marts)
CREATE SEQUENCE load_position;
ALTER TABLE loaded_batch ADD COLUMN load BIGINT;
UPDATE loaded_batch SET load = ordered.load FROM (
  SELECT b.batch, row_number() OVER (ORDER BY m.batch IS NULL, b.batch) AS load
  FROM loaded_batch b LEFT JOIN mart_batch m USING (batch)) AS ordered
WHERE ordered.batch = loaded_batch.batch;
-- The rows above have numbers up to their count; the sequence goes on from there.
SELECT max(nextval('load_position')) FROM loaded_batch;

-- One row: batches up to this one are in the marts.
CREATE TABLE mart_position (load BIGINT NOT NULL);
INSERT INTO mart_position SELECT count(*) FROM mart_batch;

CREATE TABLE mart_open_lease (
  account INTEGER NOT NULL, lease UUID NOT NULL, visit UUID NOT NULL, number VARCHAR NOT NULL,
  opened_at TIMESTAMP NOT NULL);
INSERT INTO mart_open_lease
SELECT account, lease, visit, number, occurred_at FROM fact_lease
WHERE batch IN (FROM mart_batch) AND (account, lease) NOT IN (
  SELECT (account, lease) FROM fact_lease_closed WHERE batch IN (FROM mart_batch));
DROP TABLE mart_batch;
