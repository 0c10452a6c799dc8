-- Question: which calls are to be judged, and which earlier ones of their callers tell something of them?
-- The dirty ones that rang no number of a source; and what mart_call has of the 30 days before.
-- Parameters: $rang_at (no dirty call rang before) (reads call_now, declared, dirty_call)
-- Columns: ringing: account, site, call, number, caller (NULL: withheld), occurred_at
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE ringing AS
WITH dirty AS (
  SELECT account, site, call, number, CASE WHEN presentation = 'allowed' THEN caller END AS caller,
    occurred_at
  FROM (FROM call_now ANTI JOIN declared USING (account, call)) WHERE direction = 'inbound'),
caller AS (
  SELECT account, caller, min(occurred_at) - INTERVAL 30 DAY AS since, max(occurred_at) AS until
  FROM dirty WHERE caller IS NOT NULL GROUP BY ALL),
known AS (
  SELECT m.account, m.site, m.call, m.number, m.caller, m.started_at AS occurred_at
  FROM mart_call m JOIN caller c ON c.account = m.account AND c.caller = m.caller
    AND m.started_at >= c.since AND m.started_at <= c.until
  ANTI JOIN dirty_call d ON d.account = m.account AND d.call = m.call
  WHERE m.presentation = 'allowed' AND m.started_at >= $rang_at::TIMESTAMP - INTERVAL 30 DAY)
FROM dirty
-- Judged before: not of a number of a source, and inbound.
UNION ALL FROM known WHERE (account, call) IN (
  SELECT (account, call) FROM mart_candidate
  WHERE lease IS NULL AND started_at >= $rang_at::TIMESTAMP - INTERVAL 30 DAY)
