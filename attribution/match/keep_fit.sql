-- Question: keep this fit; a version that is known is the same fit
-- Parameters: $version, $account, $site, $since, $until, $fit (as JSON)
-- Columns: match_fit
-- Owner: attribution
INSERT OR IGNORE INTO match_fit BY NAME
SELECT $version AS version, $account::INTEGER AS account, $site::INTEGER AS site,
  $since::TIMESTAMP AS since, $until::TIMESTAMP AS until, $fit::JSON AS fit
