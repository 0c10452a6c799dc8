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
  FROM restated UNION ALL BY NAME
  SELECT account, visit, channel, source, medium, campaign FROM own
  ANTI JOIN restated USING (account, visit))
SELECT v.visit AS touch, k.person, v.occurred_at AS "at", s.channel, t.traffic,
  (timezone(coalesce(z.timezone, 'UTC'), timezone('UTC', v.occurred_at)))::DATE AS day
FROM own v JOIN cookie k USING (visitor) JOIN told s ON s.account = v.account AND s.visit = v.visit
LEFT JOIN zone z ON z.site = v.site
JOIN mart_traffic t ON t.account = s.account AND t.channel = s.channel AND t.source = s.source
  AND t.medium = s.medium AND t.campaign IS NOT DISTINCT FROM s.campaign
WHERE v.account = $account
UNION ALL
SELECT m.conversion, m.person, m.occurred_at, t.channel, m.traffic, m.day
FROM mart_conversion m JOIN mart_traffic t USING (account, traffic)
WHERE m.account = $account AND m.kind = 'call' AND t.channel <> 'Unattributed'
  AND m.excluded IS NULL AND m.occurred_at BETWEEN $since AND $until
  AND m.person IN (SELECT person FROM conversion)
