-- Question: which leases of a batch are open, their end not having come before them?
-- Parameters: $batch
-- Columns: mart_open_lease
-- Owner: attribution
INSERT INTO mart_open_lease
WITH new AS MATERIALIZED (
  SELECT account, lease, visit, number, occurred_at AS opened_at FROM fact_lease
  WHERE batch = $batch),
-- A day more than any clock is behind.
ended AS (
  SELECT account, lease FROM fact_lease_closed SEMI JOIN new USING (account, lease)
  WHERE occurred_at >= (SELECT min(opened_at) - INTERVAL 1 DAY FROM new))
FROM new ANTI JOIN ended USING (account, lease)
