-- Question: what have the dirty conversions in the weeks' credit?
-- Parameters: $way (-1: it goes out of them, 1: it comes in)
-- Columns: week_change. Reads dirty_conversion, and mart_credit as it stands.
-- Owner: attribution
INSERT INTO week_change BY NAME
WITH held AS MATERIALIZED (
  FROM mart_credit WHERE rowid IN (
    SELECT m.rowid FROM mart_credit m SEMI JOIN dirty_conversion USING (account, conversion)))
SELECT account, site, basis, week, traffic, kind, touched, $way * count(*) AS credits,
  $way * sum(COLUMNS('^part_'))::BIGINT
FROM credit_parts('held') GROUP BY ALL
