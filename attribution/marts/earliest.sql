-- Question: from when on may what a batch tells change what known calls are?
-- The leases of a visit are looked for from an hour before it on (stay.sql).
-- Parameters: $batch
-- Columns: earliest (no call before is touched, but by who its candidates are), names (it tells who
--   somebody is, or who clicked); null where it has nothing of the kind
-- Owner: attribution
SELECT min(since) AS earliest, bool_or(names) AS names FROM (
  SELECT min(occurred_at) AS since, NULL AS names FROM fact_call WHERE batch = $batch
  UNION ALL SELECT min(occurred_at) - INTERVAL 1 HOUR, NULL FROM fact_visit WHERE batch = $batch
  UNION ALL SELECT min(occurred_at), NULL FROM fact_lease WHERE batch = $batch
  UNION ALL SELECT min(o.opened_at), NULL FROM fact_lease_closed c
    JOIN mart_open_lease o USING (account, lease) WHERE c.batch = $batch
  UNION ALL SELECT min(since), NULL FROM fact_number_owned WHERE batch = $batch
  UNION ALL SELECT NULL, count(*) > 0 FROM fact_contact WHERE batch = $batch
  UNION ALL SELECT NULL, count(*) > 0 FROM fact_identified WHERE batch = $batch
  UNION ALL SELECT NULL, count(*) > 0 FROM fact_deal WHERE batch = $batch
  UNION ALL SELECT NULL, count(*) > 0 FROM fact_click WHERE batch = $batch)
