-- Question: which leads may be others now?
-- Parameters: none (reads asked_event, lead_event_now)
-- Columns: held_lead: those of mart_lead
-- Owner: attribution (leads)
CREATE OR REPLACE TEMP TABLE held_lead AS
WITH concerned AS (
  SELECT account, event FROM asked_event UNION SELECT account, event FROM lead_event_now)
SELECT account, site, lead, person, occurred_at, day, first_kind, first_event, events, qualified,
  qualified_at
FROM mart_lead WHERE (account, lead) IN (
  SELECT (account, lead) FROM mart_lead_event SEMI JOIN concerned USING (account, event))
