-- Question: which inbound calls came in, each with what it counts for?
-- Parameters: $account, $sites, $since, $until (the site's local days, both included)
-- Columns: site, day, traffic, call, started_at and hour (in the site's zone), caller, number, outcome,
--   match, and counts: 1 or 0 (seconds for wait and talk). A call that is left out (a test, spam) counts
--   in `excluded` alone
-- Owner: attribution (reports)
SELECT c.site, c.day, c.traffic, c.call, c.started_at, hour(c.started_at) AS hour, c.caller, c.number,
  c.outcome, c.match, c.counted AS calls, c.counted * (c.outcome = 'answered')::INT AS answered,
  c.counted * (c.outcome <> 'answered')::INT AS missed, c.counted * c.first_time::INT AS first_time,
  c.counted * (c.match <> 'none')::INT AS attributed,
  c.counted * (c.match = 'ambiguous')::INT AS ambiguous,
  c.counted * (c.ring_seconds + c.hold_seconds) AS wait_seconds,
  c.counted * c.talk_seconds AS talk_seconds, c.counted * c.target::INT AS target,
  c.counted * c.repeat::INT AS repeat, c.counted * c.qualified::INT AS qualified,
  1 - c.counted AS excluded
FROM (
  SELECT m.* EXCLUDE (started_at), coalesce(k.target, false) AS target,
    coalesce(k.repeat, false) AS repeat, coalesce(k.qualified, false) AS qualified,
    (m.excluded IS NULL)::INT AS counted,
    timezone(coalesce(z.timezone, 'UTC'), timezone('UTC', m.started_at)) AS started_at
  FROM mart_call m
  LEFT JOIN mart_mark k ON k.account = m.account AND k.event = m.call
  LEFT JOIN (
    SELECT site, arg_max(timezone, occurred_at) AS timezone FROM fact_site
    WHERE account = $account GROUP BY site) AS z ON z.site = m.site
  WHERE m.account = $account AND list_contains($sites, m.site) AND m.day BETWEEN $since AND $until
    AND m.direction = 'inbound') AS c
