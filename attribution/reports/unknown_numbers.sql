-- Question: which numbers were called that no pool and no route of the account knows?
-- Parameters: $account, $sites, $since, $until
-- Columns: number, calls; the most called first
-- Owner: attribution
WITH zone AS (
  SELECT site, arg_max(timezone, occurred_at) AS timezone FROM fact_site
  WHERE account = $account GROUP BY site)
SELECT u.number, count(*) AS calls
FROM fact_unknown_number u LEFT JOIN zone z USING (site)
WHERE u.account = $account AND list_contains($sites, u.site)
  AND (timezone(coalesce(z.timezone, 'UTC'), timezone('UTC', u.occurred_at)))::DATE
    BETWEEN $since AND $until
GROUP BY u.number ORDER BY calls DESC, u.number
