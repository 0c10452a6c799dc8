-- Question: how many leases were opened, how many of them drawn for an audit, how many granted one?
-- Parameters: $since, $until (half open; reads stay)
-- Columns: leases, drawn, granted
-- Owner: attribution
SELECT count(*)::BIGINT AS leases, count(*) FILTER (drawn)::BIGINT AS drawn,
  count(*) FILTER (audit)::BIGINT AS granted
FROM stay WHERE opened_at >= $since AND opened_at < $until
