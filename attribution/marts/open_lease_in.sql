-- Question: which leases of a scope are open, their end not having come before them?
-- Parameters: $batch, $everything (the scope)
-- Columns: mart_open_lease
-- Owner: attribution
INSERT INTO mart_open_lease
WITH new AS MATERIALIZED (
  SELECT account, lease, visit, number, occurred_at AS opened_at FROM fact_lease
  WHERE batch = $batch OR $everything),
ended AS (
  SELECT c.account, c.lease FROM fact_lease_closed c
  JOIN new n ON n.account = c.account AND n.lease = c.lease)
FROM new ANTI JOIN ended USING (account, lease)
