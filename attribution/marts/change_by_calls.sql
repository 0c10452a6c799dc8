-- Question: what do dirty calls take away from the counts of site days, and what do they add?
-- Inbound ones count, those that are excluded in a column of their own; an outbound one has a source too.
-- Parameters: none
-- Columns: change
-- Owner: attribution
INSERT INTO change BY NAME
WITH held AS (FROM mart_call WHERE rowid IN (SELECT held_row FROM dirty_call)),
inbound AS (
  SELECT -(direction = 'inbound')::INT AS way, * EXCLUDE (traffic) FROM held
  UNION ALL BY NAME SELECT (direction = 'inbound')::INT AS way, * FROM matched_call),
call AS (SELECT *, way * (excluded IS NULL)::INT AS n FROM inbound)
SELECT account, site, day, channel, source, medium, campaign, 0 AS visits, 0 AS overflows,
  n AS calls, n * (outcome = 'answered')::INT AS answered, n * (outcome <> 'answered')::INT AS missed,
  n * first_time::INT AS first_time, n * (match <> 'none')::INT AS attributed,
  n * (ring_seconds + hold_seconds) AS wait_seconds, n * talk_seconds AS talk_seconds,
  way - n AS excluded
FROM call
