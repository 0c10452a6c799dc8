-- Question: which of all leases are open?
-- In parts, so that what a part joins fits into memory.
-- Parameters: $part of $parts
-- Columns: mart_open_lease
-- Owner: attribution
INSERT INTO mart_open_lease
SELECT account, lease, visit, number, occurred_at
FROM (FROM fact_lease WHERE hash(lease) % $parts::UBIGINT = $part::UBIGINT)
ANTI JOIN (
  SELECT account, lease FROM fact_lease_closed WHERE hash(lease) % $parts::UBIGINT = $part::UBIGINT)
USING (account, lease)
