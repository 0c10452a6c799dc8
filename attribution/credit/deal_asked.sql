-- Question: which deals does a scope concern? Those that it tells of, or all where rates are told or a
-- site's currency is another one than that of its conversions.
-- Parameters: $batch, $site, $everything (the scope); $most (so many keys are worth a list)
-- Columns: every (all deals), keys (their keys; null for all or for more than $most)
-- Owner: attribution
WITH shown AS (SELECT DISTINCT account, site, currency FROM mart_conversion WHERE kind = 'deal'),
asked AS (
  SELECT $site IS NOT NULL OR $everything OR EXISTS (FROM fact_rate WHERE batch = $batch)
    OR EXISTS (FROM shown s LEFT JOIN reporting_currency r USING (account, site)
      WHERE s.currency IS DISTINCT FROM r.currency) AS every),
told AS (
  SELECT count(DISTINCT key) AS deals, list(DISTINCT key) AS keys FROM fact_deal
  WHERE batch = $batch)
SELECT every, CASE WHEN NOT every AND deals <= $most THEN coalesce(keys, []) END AS keys
FROM asked, told
