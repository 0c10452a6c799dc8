-- Question: what do dirty calls take away from the counts of site days, and what do they add?
-- Parameters: none
-- Columns: change
-- Owner: attribution
INSERT INTO change BY NAME
WITH call AS (
  SELECT -1 AS n, * EXCLUDE (traffic) FROM mart_call
  WHERE rowid IN (SELECT held_row FROM dirty_call)
  UNION ALL BY NAME SELECT 1 AS n, * FROM matched_call)
SELECT account, site, day, channel, source, medium, campaign, 0 AS visits, 0 AS overflows,
  n AS calls, n * (outcome = 'answered')::INT AS answered, n * (outcome <> 'answered')::INT AS missed,
  n * first_time::INT AS first_time, n * (match <> 'none')::INT AS attributed,
  n * (ring_seconds + hold_seconds) AS wait_seconds, n * talk_seconds AS talk_seconds
FROM call WHERE direction = 'inbound'
