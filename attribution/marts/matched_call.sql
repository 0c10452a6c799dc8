-- Question: which visits may have called (leases that covered the ring), and which touch gets the call?
-- Of a number that stood for a source when it rang: that source.
-- Parameters: none
-- Columns: a row a call: match, candidates, lease, visit, touch and its source
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE matched_call AS
WITH owned AS (
  SELECT * FROM fact_number_owned WHERE number IN (SELECT number FROM call_now)
  QUALIFY row_number() OVER (PARTITION BY account, number, since
    ORDER BY until IS NOT NULL DESC, occurred_at DESC, fact_id DESC) = 1),
declared AS (
  SELECT n.account, n.call, o.channel, o.source, o.medium, o.campaign
  FROM call_now n JOIN owned o ON o.account = n.account AND o.number = n.number
    AND n.occurred_at >= o.since AND n.occurred_at < coalesce(o.until, 'infinity')
  WHERE o.role = 'static'),
lease AS (
  SELECT l.account, l.lease, l.visit, l.number, l.occurred_at AS opened_at, c.last_seen, c.held_until
  FROM fact_lease l LEFT JOIN fact_lease_closed c ON c.account = l.account AND c.lease = l.lease
  WHERE l.number IN (SELECT number FROM call_now)),
covering AS (
  SELECT n.account, n.call, l.lease, l.visit, l.opened_at, l.last_seen, l.held_until
  FROM call_now n JOIN lease l ON l.account = n.account AND l.number = n.number
    AND n.occurred_at >= l.opened_at AND n.occurred_at < coalesce(l.held_until, 'infinity')),
best AS (
  SELECT account, call, count(*) AS holders, arg_max(lease, (opened_at, lease)) AS lease,
    arg_max(visit, (opened_at, lease)) AS visit,
    to_json(list({'lease': lease, 'visit': visit, 'opened_at': opened_at, 'last_seen': last_seen,
      'held_until': held_until} ORDER BY opened_at DESC, lease)) AS candidates
  FROM covering GROUP BY account, call),
known AS (
  SELECT b.*, v.visitor, v.occurred_at AS visited_at FROM best b
  JOIN fact_visit v ON v.account = b.account AND v.visit = b.visit),
touch AS (
  SELECT k.account, k.call, t.visit AS touch, t.channel, t.source, t.medium, t.campaign,
    t.content, t.term, t.click_id_type, t.click_id
  FROM known k JOIN sourced_visit t ON t.account = k.account AND t.visitor = k.visitor
    AND t.occurred_at <= k.visited_at AND t.occurred_at >= k.visited_at - INTERVAL 90 DAY
  QUALIFY row_number() OVER (PARTITION BY k.account, k.call
    ORDER BY (t.source <> '(direct)') DESC, t.occurred_at DESC, t.visit DESC) = 1)
SELECT n.account, n.call, coalesce(b.candidates, '[]'::JSON) AS candidates, b.lease, b.visit, k.visitor,
  CASE WHEN d.call IS NOT NULL THEN 'static' WHEN k.call IS NULL THEN 'none' WHEN b.holders > 1 THEN 'ambiguous' ELSE 'lease' END AS match,
  t.touch, coalesce(d.channel, t.channel, 'Unattributed') AS channel,
  coalesce(d.source, t.source, '(unknown)') AS source,
  coalesce(d.medium, t.medium, '(unknown)') AS medium, coalesce(d.campaign, t.campaign) AS campaign,
  t.content, t.term, t.click_id_type, t.click_id, v.landing
FROM call_now n LEFT JOIN declared d USING (account, call)
LEFT JOIN best b ON b.account = n.account AND b.call = n.call AND d.call IS NULL
LEFT JOIN known k ON k.account = b.account AND k.call = b.call
LEFT JOIN touch t ON t.account = k.account AND t.call = k.call
LEFT JOIN fact_visit v ON v.account = n.account AND v.visit = t.touch
