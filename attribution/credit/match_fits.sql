-- Question: which fits of the match judge the calls of these sites?
-- Parameters: $account, $sites
-- Columns: match_fit: their versions with commas between them, `assumed` where none is in force
-- Owner: attribution
WITH used AS (
  SELECT account, site, version FROM match_fit_used WHERE account IS NULL OR account = $account
  QUALIFY row_number() OVER (PARTITION BY account, site ORDER BY use DESC) = 1),
judging AS (
  SELECT coalesce(own.version, pooled.version, 'assumed') AS fit
  FROM (SELECT unnest($sites) AS site) AS asked
  LEFT JOIN used AS own ON own.account = $account AND own.site = asked.site
  LEFT JOIN used AS pooled ON pooled.account IS NULL)
SELECT coalesce(string_agg(DISTINCT fit, ',' ORDER BY fit), 'assumed') AS match_fit FROM judging
