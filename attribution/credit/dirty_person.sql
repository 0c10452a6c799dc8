-- Question: which conversions are of a person whose cookies, phones or deals are others now?
-- Parameters: none
-- Columns: dirty_conversion. Reads person_change.
-- Owner: attribution
INSERT INTO dirty_conversion
WITH other AS (
  SELECT account, before AS person FROM person_change WHERE before IS NOT NULL
  UNION SELECT account, after FROM person_change WHERE after IS NOT NULL)
SELECT account, conversion FROM mart_share SEMI JOIN other USING (account, person)
UNION ALL SELECT account, conversion FROM mart_conversion SEMI JOIN other USING (account, person)
