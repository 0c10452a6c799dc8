-- Question: which conversions of an account are to be divided, among whose touches?
-- Parameters: $account
-- Columns: as attribution/models/rule_weight.sql reads them, where a row is what one person has of a
--   conversion: its number, whose it is (`divided`) and its share
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE conversion AS
SELECT row_number() OVER () AS conversion, s.conversion AS divided, s.person,
  s.journey_at AS "at", s.share, 1.0::DOUBLE AS value, m.lead_at
FROM mart_share s SEMI JOIN dirty_conversion USING (account, conversion)
JOIN mart_conversion m USING (account, conversion)
WHERE s.account = $account
