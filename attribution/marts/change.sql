-- Question: how many visits of a scope came from where on which site day?
-- Parameters: $batch, $site, $everything (the scope)
-- Columns: account, site, day, channel, source, medium, campaign and the counts of mart_day
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE change AS
WITH zone AS (
  SELECT site, arg_max(timezone, occurred_at) AS timezone FROM fact_site GROUP BY site),
-- A day begins with a quarter of an hour everywhere: of each once, since to read a clock costs more than
-- all else here.
quarter AS (
  SELECT q.site, q.quarter, (timezone(coalesce(z.timezone, 'UTC'),
    timezone('UTC', make_timestamp(quarter * 900000000))))::DATE AS day
  FROM (SELECT DISTINCT site, epoch_us(occurred_at) // 900000000 AS quarter FROM fact_visit
    WHERE batch = $batch OR ($site IS NOT NULL AND site = $site) OR $everything) q
  LEFT JOIN zone z USING (site))
SELECT v.account, v.site, q.day, v.channel, v.source, v.medium, v.campaign,
  count(*) AS visits, count_if(v.overflow) AS overflows,
  0 AS calls, 0 AS answered, 0 AS missed, 0 AS first_time, 0 AS attributed, 0 AS wait_seconds,
  0 AS talk_seconds, 0 AS excluded
FROM sourced_visit v JOIN quarter q ON q.site = v.site
  AND q.quarter = epoch_us(v.occurred_at) // 900000000
WHERE v.batch = $batch OR ($site IS NOT NULL AND v.site = $site) OR $everything
GROUP BY ALL
