-- Question: in which currencies do these sites report?
-- Parameters: $account, $sites
-- Columns: currency
-- Owner: attribution (replay)
SELECT DISTINCT currency FROM reporting_currency
WHERE account = $account AND list_contains($sites, site) AND currency IS NOT NULL ORDER BY currency
