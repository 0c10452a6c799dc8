-- Question: which conversions lie after a lead that is told anew, of the person that made it or of whom
-- it was before?
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
WHERE m.journey_at >= s.occurred_at
