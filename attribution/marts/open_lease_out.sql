-- Question: which open leases does a scope end?
-- Parameters: $batch, $everything (the scope)
-- Columns: none
-- Owner: attribution
DELETE FROM mart_open_lease WHERE $everything OR (account, lease) IN (
  SELECT (account, lease) FROM fact_lease_closed WHERE batch = $batch)
