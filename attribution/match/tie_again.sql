-- Question: whose were the earlier calls of the same caller, as far as those calls tell by themselves?
-- Earlier calls are judged without their own earlier calls, so that no order of loading matters.
-- Parameters: none (reads ringing, candidate, matched; ringing must hold the caller's calls of 30 days)
-- Columns: those of tie, the strength to nine digits; to the same number `redial`, to another `earlier_call`
-- Owner: attribution
INSERT INTO tie
WITH earlier AS (
  SELECT r.account, r.call, r.number, r.occurred_at, e.call AS earlier,
    CASE WHEN e.number = r.number THEN 'redial' ELSE 'earlier_call' END AS kind
  FROM ringing r JOIN ringing e ON e.account = r.account AND e.caller = r.caller
    AND (e.occurred_at, e.call) < (r.occurred_at, r.call)
    AND e.occurred_at >= r.occurred_at - INTERVAL 30 DAY),
whose AS (
  SELECT e.account, e.call, e.number, e.occurred_at, e.kind, e.earlier, m.person,
    round(least(sum(m.probability), 1.0), 9) AS strength
  FROM earlier e JOIN matched m ON m.account = e.account AND m.call = e.earlier
  GROUP BY ALL),
surest AS (
  SELECT account, call, number, occurred_at, kind, person, max(strength) AS strength
  FROM whose WHERE person IS NOT NULL OR kind = 'redial' GROUP BY ALL),
-- A redial may be of a visit whose horizon is over: the person's last one with this number.
held AS (
  SELECT s.account, w.call, s.person, arg_max(s.lease, (s.opened_at, s.lease)) AS lease
  FROM stay s JOIN surest w ON w.account = s.account AND w.number = s.number AND w.person = s.person
    AND s.opened_at <= w.occurred_at AND s.opened_at >= w.occurred_at - INTERVAL 30 DAY
  WHERE w.kind = 'redial' GROUP BY ALL),
target AS (
  SELECT account, call, person, lease FROM candidate UNION SELECT account, call, person, lease FROM held)
SELECT s.account, s.call, t.lease, s.kind, true AS same, s.strength
FROM surest s JOIN target t ON t.account = s.account AND t.call = s.call AND t.person = s.person
UNION ALL
SELECT account, call, NULL, kind, true, strength FROM surest WHERE person IS NULL
