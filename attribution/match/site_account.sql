-- Question: whose is a site?
-- Parameters: $site
-- Columns: account; no row for a site that is not told of
-- Owner: attribution
SELECT DISTINCT account FROM fact_site WHERE site = $site
