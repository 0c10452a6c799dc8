-- Question: how many visits of a scope came from where on which site day?
-- Parameters: $batch, $site, $everything (the scope)
-- Columns: account, site, day, channel, source, medium, campaign and the counts of mart_day
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE change AS
WITH zone AS (
  SELECT site, arg_max(timezone, occurred_at) AS timezone FROM fact_site GROUP BY site)
SELECT v.account, v.site,
  (timezone(coalesce(z.timezone, 'UTC'), timezone('UTC', v.occurred_at)))::DATE AS day,
  v.channel, v.source, v.medium, v.campaign, count(*) AS visits, count_if(v.overflow) AS overflows,
  0 AS calls, 0 AS answered, 0 AS missed, 0 AS first_time, 0 AS attributed, 0 AS wait_seconds,
  0 AS talk_seconds, 0 AS excluded
FROM sourced_visit v LEFT JOIN zone z USING (site)
WHERE v.batch = $batch OR ($site IS NOT NULL AND v.site = $site) OR $everything
GROUP BY ALL
