-- Question: which calls do the pending batches touch? Their own, those of the numbers of their leases and owners, their visitors' and callers',
-- those of a site whose zone was told anew. And those of visitors with a restated visit?
-- Parameters: $everything
-- Columns: account, call
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE dirty_call AS
WITH touched_number AS (
  SELECT account, number FROM fact_lease WHERE batch IN (FROM pending_batch)
  UNION SELECT account, number FROM fact_lease_closed WHERE batch IN (FROM pending_batch)
  UNION SELECT account, number FROM fact_number_owned WHERE batch IN (FROM pending_batch)),
touched_visitor AS (
  SELECT account, visitor FROM fact_visit WHERE batch IN (FROM pending_batch)
  UNION SELECT v.account, v.visitor FROM fact_visit v SEMI JOIN restated_visit USING (account, visit)),
touched_visit AS (SELECT v.account, v.visit FROM fact_visit v JOIN touched_visitor USING (account, visitor)),
touched_number_by_visit AS (
  SELECT l.account, l.number FROM fact_lease l JOIN touched_visit USING (account, visit)),
seed AS (
  SELECT account, call, caller FROM fact_call WHERE batch IN (FROM pending_batch)
  UNION SELECT c.account, c.call, c.caller FROM fact_call c
    JOIN (FROM touched_number UNION FROM touched_number_by_visit) USING (account, number))
SELECT account, call FROM seed
UNION SELECT c.account, c.call FROM fact_call c JOIN seed s
  ON c.account = s.account AND c.caller = s.caller
UNION SELECT account, call FROM fact_call WHERE $everything
  OR site IN (SELECT site FROM fact_site WHERE batch IN (FROM pending_batch))
