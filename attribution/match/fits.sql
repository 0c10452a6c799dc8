-- Question: which fits were kept, and which of them are in force?
-- Parameters: none
-- Columns: version, account, site, since, until, fit, used_at, used_by (NULL: not in force)
-- Owner: attribution
WITH newest AS (
  FROM match_fit_used
  QUALIFY row_number() OVER (PARTITION BY account, site ORDER BY use DESC) = 1)
SELECT f.version, f.account, f.site, f.since, f.until, f.fit, n.used_at, n.used_by
FROM match_fit f LEFT JOIN newest n USING (version)
ORDER BY f.account NULLS FIRST, f.site, f.until, f.version
