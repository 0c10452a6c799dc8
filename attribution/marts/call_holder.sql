-- Question: which leases covered the ring of each dirty call, and whose visit is the last one's? Of a
-- number that stood for a source when it rang: that source, and no lease.
-- A visit that began after the ring did not call.
-- Parameters: $rang_at (the earliest ring)
-- Columns: account, call; static, channel, source, medium, campaign of a number that stood for a source;
--   candidates, holders, lease, visit; visitor and visited_at where the visit is known
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE call_holder AS
WITH owned AS (
  SELECT * FROM fact_number_owned WHERE number IN (SELECT number FROM call_now)
  QUALIFY row_number() OVER (PARTITION BY account, number, since
    ORDER BY until IS NOT NULL DESC, occurred_at DESC, fact_id DESC) = 1),
declared AS (
  SELECT n.account, n.call, true AS static, o.channel, o.source, o.medium, o.campaign
  FROM call_now n JOIN owned o ON o.account = n.account AND o.number = n.number
    AND n.occurred_at >= o.since AND n.occurred_at < coalesce(o.until, 'infinity')
  WHERE o.role = 'static'),
lease AS (
  SELECT account, lease, visit, number, opened_at, NULL::TIMESTAMP AS last_seen,
    NULL::TIMESTAMP AS held_until
  FROM mart_open_lease WHERE number IN (SELECT number FROM call_now)
  UNION ALL
  SELECT l.account, l.lease, l.visit, l.number, l.occurred_at, c.last_seen, c.held_until
  FROM fact_lease_closed c JOIN fact_lease l ON l.account = c.account AND l.lease = c.lease
  WHERE c.held_until > $rang_at AND c.number IN (SELECT number FROM call_now)),
covering AS (
  SELECT n.account, n.call, l.lease, l.visit, l.opened_at, l.last_seen, l.held_until
  FROM (FROM call_now ANTI JOIN declared USING (account, call)) n
  JOIN lease l ON l.account = n.account AND l.number = n.number
    AND n.occurred_at >= l.opened_at AND n.occurred_at < coalesce(l.held_until, 'infinity')),
best AS (
  SELECT account, call, count(*) AS holders, arg_max(lease, (opened_at, lease)) AS lease,
    arg_max(visit, (opened_at, lease)) AS visit,
    to_json(list({'lease': lease, 'visit': visit, 'opened_at': opened_at, 'last_seen': last_seen,
      'held_until': held_until} ORDER BY opened_at DESC, lease)) AS candidates
  FROM covering GROUP BY account, call),
known AS (
  SELECT n.account, n.call, v.visitor, v.occurred_at AS visited_at
  FROM call_now n JOIN best b USING (account, call)
  JOIN fact_visit v ON v.account = b.account AND v.visit = b.visit
    AND v.occurred_at <= n.occurred_at)
SELECT n.account, n.call, d.* EXCLUDE (account, call), b.* EXCLUDE (account, call), k.visitor,
  k.visited_at
FROM call_now n LEFT JOIN declared d USING (account, call) LEFT JOIN best b USING (account, call)
LEFT JOIN known k USING (account, call)
