-- Question: which leads are others than before, new or gone?
-- Parameters: none (reads held_lead, lead_now)
-- Columns: dirty_lead: account, lead
-- Owner: attribution (leads)
CREATE OR REPLACE TEMP TABLE dirty_lead AS
SELECT account, lead FROM (FROM held_lead EXCEPT FROM lead_now)
UNION SELECT account, lead FROM (FROM lead_now EXCEPT FROM held_lead)
