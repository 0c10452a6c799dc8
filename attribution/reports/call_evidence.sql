-- Question: which visits could have made a call, how likely is each, and why?
-- Parameters: $account, $sites, $call
-- Columns: what is told of the call on each row, times in UTC and the site's zone beside them, reasons (what
--   speaks for spam, JSON); lease (NULL: nobody's), on_site, seconds, terms (JSON), candidate_probability and
--   fit of each candidate; `mine` where it is the visit that got the call; when it had the number; its channel, source, medium, campaign,
--   landing and the page that it showed at the ring. One row without a candidate for a call that was not
--   judged
-- Owner: attribution
WITH chosen AS (
  SELECT site, call, started_at, caller, number, outcome, match, visit, probability, excluded,
    corrected
  FROM mart_call WHERE account = $account AND list_contains($sites, site) AND call = $call),
zone AS (
  SELECT site, arg_max(timezone, occurred_at) AS timezone FROM fact_site
  WHERE account = $account GROUP BY site),
candidate AS (
  SELECT k.call, k.lease, k.visit, k.on_site, k.seconds, k.terms, k.probability, k.fit,
    l.occurred_at AS opened_at, e.last_seen
  FROM mart_candidate k JOIN chosen c ON c.call = k.call
  LEFT JOIN fact_lease l ON l.account = k.account AND l.lease = k.lease
  LEFT JOIN fact_lease_closed e ON e.account = k.account AND e.lease = k.lease
  WHERE k.account = $account AND list_contains($sites, k.site)),
page AS (
  SELECT p.visit, arg_max(p.url, (p.occurred_at, p.fact_id)) AS page
  FROM fact_page p JOIN candidate k ON k.visit = p.visit
  JOIN chosen c ON p.occurred_at <= c.started_at
  WHERE p.account = $account GROUP BY p.visit)
SELECT c.started_at, coalesce(z.timezone, 'UTC') AS timezone, c.caller, c.number, c.outcome, c.match,
  c.probability, c.excluded, c.corrected, coalesce(m.reasons, '[]') AS reasons, k.lease,
  k.visit = c.visit AS mine, k.on_site, k.seconds, k.terms,
  k.probability AS candidate_probability, k.fit, k.opened_at, k.last_seen, v.channel, v.source,
  v.medium, v.campaign, coalesce(p.page, v.landing) AS page
FROM chosen c LEFT JOIN zone z USING (site) LEFT JOIN candidate k USING (call)
LEFT JOIN mart_mark m ON m.account = $account AND m.event = c.call
LEFT JOIN page p ON p.visit = k.visit
LEFT JOIN sourced_visit v ON v.account = $account AND v.visit = k.visit
ORDER BY k.lease IS NULL, k.probability DESC, k.lease
