-- Question: into how many parts do all leases go, so that one is not too many at once?
-- Parameters: $most (leases of a part)
-- Columns: parts
-- Owner: attribution
SELECT 1 + count(*) // $most AS parts FROM fact_lease
