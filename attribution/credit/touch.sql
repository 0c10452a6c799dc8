-- Question: which touches of these persons may get something? Visits, and calls to static numbers: each is
-- a touch by the source that its number stands for, so its conversion has that one's own traffic.
-- Parameters: $account; $since and $until (none before or after may)
-- Columns: as attribution/models/rule_weight.sql reads them, with the traffic and the site's local day
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE touch AS
WITH zone AS (
  SELECT site, arg_max(timezone, occurred_at) AS timezone FROM fact_site GROUP BY site),
-- Two columns of many visits, once, then the others of few.
own AS MATERIALIZED (
  SELECT account, site, visit, f.visitor, f.occurred_at, channel, source, medium, campaign
  FROM fact_visit v JOIN (SELECT rowid AS found, visitor, occurred_at FROM fact_visit
    WHERE occurred_at BETWEEN $since AND $until AND visitor IN (SELECT visitor FROM cookie)) f
    ON f.found = v.rowid),
restated AS MATERIALIZED (
  SELECT s.account, s.visit, s.channel, s.source, s.medium, s.campaign
  FROM mart_source s JOIN own o ON o.account = s.account AND o.visit = s.visit),
told AS (
  SELECT v.* EXCLUDE (channel, source, medium, campaign),
    CASE WHEN s.visit IS NULL THEN v.channel ELSE s.channel END AS channel,
    CASE WHEN s.visit IS NULL THEN v.source ELSE s.source END AS source,
    CASE WHEN s.visit IS NULL THEN v.medium ELSE s.medium END AS medium,
    CASE WHEN s.visit IS NULL THEN v.campaign ELSE s.campaign END AS campaign
  FROM own v LEFT JOIN restated s ON s.account = v.account AND s.visit = v.visit),
-- As change.sql finds the day.
quarter AS (
  SELECT q.site, q.quarter, (timezone(coalesce(z.timezone, 'UTC'),
    timezone('UTC', make_timestamp(quarter * 900000000))))::DATE AS day
  FROM (SELECT DISTINCT site, epoch_us(occurred_at) // 900000000 AS quarter FROM own) q
  LEFT JOIN zone z USING (site))
SELECT v.visit AS touch, k.person, v.occurred_at AS "at", v.channel, t.traffic, q.day
FROM told v JOIN cookie k USING (visitor)
JOIN quarter q ON q.site = v.site AND q.quarter = epoch_us(v.occurred_at) // 900000000
JOIN mart_traffic t ON t.account = v.account AND t.channel = v.channel AND t.source = v.source
  AND t.medium = v.medium AND t.campaign IS NOT DISTINCT FROM v.campaign
WHERE v.account = $account
UNION ALL
SELECT m.conversion, m.person, m.occurred_at, t.channel, m.traffic, m.day
FROM mart_conversion m JOIN mart_traffic t USING (account, traffic)
WHERE m.account = $account AND m.kind = 'call' AND t.channel <> 'Unattributed'
  AND m.excluded IS NULL AND m.occurred_at BETWEEN $since AND $until
  AND m.person IN (SELECT person FROM conversion)
