-- Question: what has all credit in the weeks?
-- Parameters: none
-- Columns: mart_credit_week, which is empty
-- Owner: attribution
INSERT INTO mart_credit_week BY NAME
SELECT account, site, basis, week, traffic, kind, touched, count(*) AS credits,
  sum(COLUMNS('^part_'))::BIGINT
FROM credit_parts('mart_credit') GROUP BY ALL ORDER BY site, basis, week, traffic, kind, touched
