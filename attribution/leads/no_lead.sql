-- Question: which leads are others before anything is marked?
-- Parameters: none
-- Columns: dirty_lead: account, lead, without a row
-- Owner: attribution (leads)
CREATE OR REPLACE TEMP TABLE dirty_lead AS SELECT account, lead FROM mart_lead LIMIT 0
