-- Question: does a batch tell of anything but calls that may mark a call or a contact otherwise?
-- Parameters: $batch
-- Columns: decisions (a correction, a rule, an own phone), contacts
-- Owner: attribution (leads)
SELECT EXISTS (FROM fact_correction WHERE batch = $batch)
    OR EXISTS (FROM fact_site_rule WHERE batch = $batch)
    OR EXISTS (FROM fact_own_phone WHERE batch = $batch) AS decisions,
  EXISTS (FROM fact_contact WHERE batch = $batch) AS contacts
