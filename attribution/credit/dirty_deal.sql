-- Question: which conversions do told deals concern? All of a deal that the scope tells of; of others
-- those whose figures are others now.
-- Parameters: $batch
-- Columns: dirty_conversion. Reads told_deal, deal_now.
-- Owner: attribution
INSERT INTO dirty_conversion
WITH told AS (
  SELECT DISTINCT account, concat_ws(':', site, connection, key) AS deal
  FROM fact_deal WHERE batch = $batch),
was AS (
  SELECT account, site, conversion, occurred_at, day, journey_at, counts, value, margin, currency,
    problem, deal
  FROM mart_conversion WHERE kind = 'deal' AND (account, deal) IN (SELECT (account, deal) FROM told_deal)),
is_now AS (
  SELECT account, site, conversion, occurred_at, day, journey_at, counts, value, margin, currency,
    problem, deal
  FROM deal_now)
SELECT account, conversion FROM was SEMI JOIN told USING (account, deal)
UNION ALL SELECT account, conversion FROM is_now SEMI JOIN told USING (account, deal)
UNION ALL SELECT account, conversion FROM (FROM was EXCEPT FROM is_now)
UNION ALL SELECT account, conversion FROM (FROM is_now EXCEPT FROM was)
