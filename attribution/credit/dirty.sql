-- Question: which conversions does a scope tell of? Calls, contacts and leads; those that are marked
-- otherwise now; leads and deals that are divided as a call.
-- Parameters: $batch, $site, $everything (the scope)
-- Columns: dirty_conversion: account, conversion; one may stand there twice. Reads dirty_call,
--   dirty_mark, dirty_lead.
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE dirty_conversion AS
SELECT account, call AS conversion FROM dirty_call
UNION ALL SELECT account, event FROM dirty_mark
UNION ALL SELECT account, lead FROM dirty_lead
UNION ALL SELECT m.account, m.conversion FROM mart_conversion m
  SEMI JOIN dirty_call d ON d.account = m.account AND d.call = m.as_call
UNION ALL SELECT account, contact FROM fact_contact
  WHERE batch = $batch OR ($site IS NOT NULL AND site = $site) OR $everything
UNION ALL SELECT account, call FROM mart_call WHERE $everything
UNION ALL SELECT account, lead FROM mart_lead WHERE $everything
UNION ALL SELECT account, conversion FROM mart_conversion
  WHERE ($site IS NOT NULL AND site = $site) OR $everything
