-- Question: which conversions of an account are to be divided, and among whose touches?
-- Parameters: $account
-- Columns: as attribution/models/rule_weight.sql reads them; each is worth 1
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE conversion AS
SELECT m.conversion, m.person, m.occurred_at AS "at", 1.0::DOUBLE AS value,
  NULL::TIMESTAMP AS lead_at
FROM mart_conversion m SEMI JOIN dirty_conversion USING (account, conversion)
WHERE m.account = $account
