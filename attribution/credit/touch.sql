-- Question: which visits of these persons may get something?
-- Parameters: $account, $lookback_seconds
-- Columns: as attribution/models/rule_weight.sql reads them, with the traffic and the site's local day
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE touch AS
WITH zone AS (
  SELECT site, arg_max(timezone, occurred_at) AS timezone FROM fact_site GROUP BY site),
span AS (
  SELECT min("at") - to_seconds($lookback_seconds) AS since, max("at") AS until FROM conversion)
SELECT v.visit AS touch, v.visitor AS person, v.occurred_at AS "at", v.channel, t.traffic,
  (timezone(coalesce(z.timezone, 'UTC'), timezone('UTC', v.occurred_at)))::DATE AS day
FROM sourced_visit v LEFT JOIN zone z USING (site)
JOIN mart_traffic t ON t.account = v.account AND t.channel = v.channel AND t.source = v.source
  AND t.medium = v.medium AND t.campaign IS NOT DISTINCT FROM v.campaign
WHERE v.account = $account AND v.visitor IN (SELECT person FROM conversion)
  AND v.occurred_at BETWEEN (SELECT since FROM span) AND (SELECT until FROM span)
