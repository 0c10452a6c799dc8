-- Question: which conversions does a scope concern? Its calls and contacts, and those whose visitor has a
-- visit in it that lies within their look-back.
-- Parameters: $batch, $site, $everything (the scope), $lookback_seconds
-- Columns: account, conversion. Reads dirty_call.
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE dirty_conversion AS
WITH visit AS (SELECT account, visitor, occurred_at FROM fact_visit WHERE batch = $batch)
SELECT account, call AS conversion FROM dirty_call
UNION SELECT account, call FROM mart_call WHERE $everything
UNION SELECT account, contact FROM fact_contact
  WHERE batch = $batch OR ($site IS NOT NULL AND site = $site) OR $everything
UNION SELECT m.account, m.conversion FROM mart_conversion m
  JOIN visit v ON v.account = m.account AND v.visitor = m.person AND v.occurred_at <= m.occurred_at
    AND v.occurred_at >= m.occurred_at - to_seconds($lookback_seconds)
  WHERE m.occurred_at >= (SELECT min(occurred_at) FROM visit)
UNION SELECT account, conversion FROM mart_conversion
  WHERE ($site IS NOT NULL AND site = $site) OR $everything
