-- Question: which site days do the pending batches touch by their visits or a new zone, which do
-- restated visits, and where did the dirty calls stand before?
-- Parameters: $everything
-- Columns: account, site, day
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE dirty_day AS
WITH zone AS (
  SELECT site, arg_max(timezone, occurred_at) AS timezone FROM fact_site GROUP BY site)
SELECT DISTINCT v.account, v.site,
  (timezone(coalesce(z.timezone, 'UTC'), timezone('UTC', v.occurred_at)))::DATE AS day
FROM fact_visit v LEFT JOIN zone z USING (site) WHERE v.batch IN (FROM pending_batch) OR $everything
  OR v.site IN (SELECT site FROM fact_site WHERE batch IN (FROM pending_batch))
  OR (v.account, v.visit) IN (SELECT (account, visit) FROM restated_visit)
UNION SELECT account, site, day FROM mart_call SEMI JOIN dirty_call USING (account, call)
UNION SELECT account, site, day FROM mart_day WHERE $everything
  OR site IN (SELECT site FROM fact_site WHERE batch IN (FROM pending_batch))
