-- Question: how many visits and calls came from where on each dirty site day?
-- Parameters: none
-- Columns: mart_day
-- Owner: attribution
INSERT INTO mart_day
WITH zone AS (
  SELECT site, arg_max(timezone, occurred_at) AS timezone FROM fact_site GROUP BY site),
visit AS (
  SELECT v.account, v.site, t.traffic, v.overflow,
    (timezone(coalesce(z.timezone, 'UTC'), timezone('UTC', v.occurred_at)))::DATE AS day
  FROM sourced_visit v LEFT JOIN zone z USING (site)
  JOIN mart_traffic t ON t.account = v.account AND t.channel = v.channel AND t.source = v.source
    AND t.medium = v.medium AND t.campaign IS NOT DISTINCT FROM v.campaign
  WHERE v.occurred_at >= (SELECT min(day) - INTERVAL 1 DAY FROM dirty_day)),
event AS (
  SELECT account, site, day, traffic, 1 AS visits, overflow::INT AS overflows, 0 AS calls,
    0 AS answered, 0 AS missed, 0 AS first_time, 0 AS attributed, 0 AS wait_seconds,
    0 AS talk_seconds
  FROM visit SEMI JOIN dirty_day USING (account, site, day)
  UNION ALL
  SELECT account, site, day, traffic, 0, 0, 1, (outcome = 'answered')::INT,
    (outcome <> 'answered')::INT, first_time::INT, (match <> 'none')::INT,
    ring_seconds + hold_seconds, talk_seconds
  FROM mart_call SEMI JOIN dirty_day USING (account, site, day) WHERE direction = 'inbound')
SELECT account, site, day, traffic, sum(visits), sum(overflows), sum(calls), sum(answered),
  sum(missed), sum(first_time), sum(attributed), sum(wait_seconds), sum(talk_seconds)
FROM event GROUP BY account, site, day, traffic ORDER BY site, day, traffic
