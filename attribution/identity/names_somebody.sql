-- Question: does a batch tell anything by which somebody may be another person? Most tell visits alone.
-- Parameters: $batch (reads dirty_call)
-- Columns: names
-- Owner: attribution
SELECT EXISTS (FROM dirty_call)
  OR EXISTS (FROM fact_contact WHERE batch = $batch)
  OR EXISTS (FROM fact_identified WHERE batch = $batch)
  OR EXISTS (FROM fact_deal WHERE batch = $batch)
  OR EXISTS (FROM fact_person_decision WHERE batch = $batch)
  OR EXISTS (FROM fact_number_owned WHERE batch = $batch)
  OR EXISTS (FROM fact_pool WHERE batch = $batch) AS names
