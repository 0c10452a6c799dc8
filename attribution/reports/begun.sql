-- Question: has any visit and any call ever been counted here?
-- Parameters: $account, $sites
-- Columns: visits, calls (both boolean), one row
-- Owner: attribution
SELECT
  EXISTS (FROM mart_day WHERE account = $account AND list_contains($sites, site) AND visits > 0)
    AS visits,
  EXISTS (FROM mart_call WHERE account = $account AND list_contains($sites, site)) AS calls
