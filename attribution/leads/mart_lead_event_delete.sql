-- Question: of which calls and contacts is the lead about to be told anew?
-- Parameters: none (reads asked_event, lead_event_now)
-- Columns: none
-- Owner: attribution (leads)
DELETE FROM mart_lead_event WHERE (account, event) IN (
  SELECT (account, event) FROM asked_event UNION SELECT (account, event) FROM lead_event_now)
