-- Question: which conversions have a visit of a batch within their look-back?
-- Parameters: $batch; $lookback_seconds
-- Columns: dirty_conversion. Reads near_share.
-- Owner: attribution
INSERT INTO dirty_conversion
WITH known AS (
  SELECT account, node::UUID AS visitor, person FROM mart_person
  WHERE node_kind = 'cookie' AND person IN (SELECT person FROM near_share)),
visit AS (
  SELECT v.account, v.occurred_at, coalesce(k.person, v.visitor) AS person
  FROM fact_visit v LEFT JOIN known k USING (account, visitor) WHERE v.batch = $batch)
SELECT n.account, n.conversion FROM near_share n JOIN visit v USING (account, person)
WHERE v.occurred_at BETWEEN n.journey_at - to_seconds($lookback_seconds) AND n.journey_at
