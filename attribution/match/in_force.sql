-- Question: which fit judges each site's calls, since when, by whose word?
-- Parameters: none
-- Columns: account, site (both NULL: sites without a fit of their own), version, used_at, used_by, fit
-- Owner: attribution
SELECT u.account, u.site, u.version, u.used_at, u.used_by, f.fit
FROM match_fit_used u JOIN match_fit f USING (version)
QUALIFY row_number() OVER (PARTITION BY u.account, u.site ORDER BY u.use DESC) = 1
ORDER BY u.account NULLS FIRST, u.site
