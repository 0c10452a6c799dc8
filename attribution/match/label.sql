-- Question: of which calls do we know the visit by something else than the time of the call?
-- A call that is known in several ways counts once; one of which two people are known is left out. What a
-- hand has corrected is known only where whoever decided says so.
-- Parameters: none (reads ringing, candidate, tie)
-- Columns: label: account, call, lease, kind (form, identify, deal, click, earlier_call,
--   hand)
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE label AS
WITH told AS MATERIALIZED (
  SELECT t.account, t.call, c.person, r.caller, r.occurred_at, r.number,
    min(list_position(['form', 'identify', 'deal', 'click'], t.kind)) AS rank
  FROM tie t JOIN ringing r ON r.account = t.account AND r.call = t.call AND NOT r.again
  JOIN candidate c ON c.account = t.account AND c.call = t.call AND c.lease = t.lease
  WHERE t.same GROUP BY ALL),
sure AS MATERIALIZED (
  FROM told QUALIFY count(*) OVER (PARTITION BY account, call) = 1),
-- Whoever called once is known by their phone when they call another number.
repeated AS (
  SELECT r.account, r.call, c.person, 5 AS rank
  FROM ringing r JOIN candidate c ON c.account = r.account AND c.call = r.call
  JOIN sure s ON s.account = r.account AND s.caller = r.caller AND s.person = c.person
    AND s.number <> r.number AND s.occurred_at < r.occurred_at
    AND s.occurred_at >= r.occurred_at - INTERVAL 30 DAY
  WHERE NOT r.again AND (r.account, r.call) NOT IN (SELECT (account, call) FROM told)
  GROUP BY ALL),
hand AS (
  SELECT r.account, r.call, c.person, 6 AS rank
  FROM standing_correction s JOIN ringing r ON r.account = s.account AND r.call = s.event
  JOIN candidate c ON c.account = s.account AND c.call = s.event AND c.visit = s.visit
  WHERE s.action = 'match' AND s.label AND NOT r.again GROUP BY ALL),
found AS (
  SELECT account, call, person, rank FROM sure UNION ALL FROM repeated UNION ALL FROM hand)
SELECT f.account, f.call, arg_min(c.lease, (NOT c.on_site, c.seconds, c.lease)) AS lease,
  ['form', 'identify', 'deal', 'click', 'earlier_call', 'hand'][min(f.rank)] AS kind
FROM found f JOIN candidate c ON c.account = f.account AND c.call = f.call AND c.person = f.person
GROUP BY f.account, f.call HAVING count(DISTINCT f.person) = 1
