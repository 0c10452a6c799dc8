-- Question: which conversions does a lead date that is told anew? Its calls and contacts; and the deals
-- after it, of the person that made it or of whom it was before.
-- Parameters: none
-- Columns: dirty_conversion. Reads dirty_lead.
-- Owner: attribution
INSERT INTO dirty_conversion
WITH told AS (
  SELECT account, person, occurred_at FROM mart_lead SEMI JOIN dirty_lead USING (account, lead)
  UNION ALL SELECT m.account, m.person, m.occurred_at FROM mart_conversion m
  SEMI JOIN dirty_lead d ON d.account = m.account AND d.lead = m.conversion),
since AS (
  SELECT account, person, min(occurred_at) AS occurred_at FROM told WHERE person IS NOT NULL
  GROUP BY account, person)
SELECT m.account, m.conversion FROM mart_conversion m JOIN since s USING (account, person)
WHERE m.kind = 'deal' AND m.journey_at >= s.occurred_at
UNION ALL SELECT account, event FROM mart_lead_event SEMI JOIN dirty_lead USING (account, lead)
