-- Question: what is each dirty call, whose is it, and which of the visitor's visits gets it: the last with a
-- source, up to the visit that called and at most 90 days before?
-- Parameters: $visited_at (no visit before may be one), $sure (from which probability on a match is)
-- Columns: those of mart_call but `traffic`, a row a call
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE matched_call AS
-- Two columns of many visits, once, then the others of few.
WITH own AS MATERIALIZED (
  SELECT account, visit, f.visitor, f.occurred_at, landing, channel, source, medium, campaign, content,
    term, click_id_type, click_id
  FROM fact_visit v JOIN (SELECT rowid AS found, visitor, occurred_at FROM fact_visit
    WHERE visitor IN (SELECT visitor FROM call_holder) AND occurred_at >= $visited_at) f
    ON f.found = v.rowid),
restated AS MATERIALIZED (
  SELECT s.* FROM mart_source s JOIN own o ON o.account = s.account AND o.visit = s.visit),
source AS (
  SELECT * EXCLUDE (site, rules, rule) FROM restated
  UNION ALL BY NAME
  SELECT * EXCLUDE (visitor, occurred_at, landing) FROM own
  ANTI JOIN restated USING (account, visit)),
touch AS (
  SELECT h.account, h.call, v.visit AS touch, v.landing, s.channel, s.source, s.medium, s.campaign,
    s.content, s.term, s.click_id_type, s.click_id
  FROM call_holder h JOIN own v ON v.account = h.account AND v.visitor = h.visitor
    AND v.occurred_at <= h.visited_at AND v.occurred_at >= h.visited_at - INTERVAL 90 DAY
  JOIN source s ON s.account = v.account AND s.visit = v.visit
  QUALIFY row_number() OVER (PARTITION BY h.account, h.call
    ORDER BY (s.source <> '(direct)') DESC, v.occurred_at DESC, v.visit DESC) = 1)
SELECT n.account, n.site, n.call, n.key, n.occurred_at AS started_at, n.day, n.number, n.caller,
  n.presentation, n.direction, n.outcome, n.step, n.first_time, n.ring_seconds, n.menu_seconds,
  n.hold_seconds, n.talk_seconds,
  CASE WHEN h.static THEN 'static' WHEN h.visitor IS NULL THEN 'none'
    WHEN h.probability >= $sure THEN 'lease' ELSE 'ambiguous' END AS match,
  CASE WHEN h.visitor IS NOT NULL THEN h.probability END AS probability,
  h.lease, h.visit, h.visitor, t.touch,
  coalesce(h.channel, t.channel, 'Unattributed') AS channel,
  coalesce(h.source, t.source, '(unknown)') AS source,
  coalesce(h.medium, t.medium, '(unknown)') AS medium, coalesce(h.campaign, t.campaign) AS campaign,
  t.content, t.term, t.click_id_type, t.click_id, t.landing
FROM call_now n JOIN call_holder h USING (account, call) LEFT JOIN touch t USING (account, call)
