-- Question: whose are the dirty calls that a hand has corrected? Of a corrected visit the touch is found as
-- the match finds it: the visitor's last visit with a source, up to this one and at most 90 days before.
-- Parameters: none (reads matched_call)
-- Columns: correction_now: account, call, corrected (source, match), visit, visitor and the columns of the
--   touch, all null where it was nobody's
-- Owner: attribution (leads)
CREATE OR REPLACE TEMP TABLE correction_now AS
WITH said AS MATERIALIZED (
  SELECT account, event AS call, action, channel, source, medium, campaign, visit
  FROM standing_correction s
  WHERE action IN ('source', 'match')
    AND (account, event) IN (SELECT (account, call) FROM matched_call)),
own AS MATERIALIZED (
  SELECT s.account, s.call, v.visit, v.visitor, v.occurred_at FROM said s
  JOIN fact_visit v ON v.account = s.account AND v.visit = s.visit),
touch AS (
  SELECT o.account, o.call, o.visit, o.visitor, v.visit AS touch, v.landing, v.channel, v.source,
    v.medium, v.campaign, v.content, v.term, v.click_id_type, v.click_id
  FROM own o JOIN sourced_visit v ON v.account = o.account AND v.visitor = o.visitor
    AND v.occurred_at <= o.occurred_at AND v.occurred_at >= o.occurred_at - INTERVAL 90 DAY
  QUALIFY row_number() OVER (PARTITION BY o.account, o.call
    ORDER BY (v.source <> '(direct)') DESC, v.occurred_at DESC, v.visit DESC) = 1)
SELECT s.account, s.call, s.action AS corrected, t.visit, t.visitor, t.touch,
  coalesce(s.channel, t.channel) AS channel, coalesce(s.source, t.source) AS source,
  coalesce(s.medium, t.medium) AS medium, coalesce(s.campaign, t.campaign) AS campaign, t.content,
  t.term, t.click_id_type, t.click_id, t.landing
FROM said s LEFT JOIN touch t USING (account, call)
