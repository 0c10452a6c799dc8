-- Question: from when on may what a batch tells change what known calls are?
-- Parameters: $batch
-- Columns: earliest, null where it has nothing of the kind
-- Owner: attribution
SELECT min(since) AS earliest FROM (
  SELECT min(occurred_at) AS since FROM fact_call WHERE batch = $batch
  UNION ALL SELECT min(occurred_at) FROM fact_visit WHERE batch = $batch
  UNION ALL SELECT min(occurred_at) FROM fact_lease WHERE batch = $batch
  UNION ALL SELECT min(o.opened_at) FROM fact_lease_closed c
    JOIN mart_open_lease o USING (account, lease) WHERE c.batch = $batch
  UNION ALL SELECT min(since) FROM fact_number_owned WHERE batch = $batch)
