-- Question: which fit judges calls from now on?
-- Parameters: $version (of a fit that is kept), $used_at, $used_by
-- Columns: match_fit_used
-- Owner: attribution
INSERT INTO match_fit_used BY NAME
SELECT version, account, site, $used_at::TIMESTAMP AS used_at, $used_by AS used_by
FROM match_fit WHERE version = $version
