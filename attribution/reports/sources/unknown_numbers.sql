-- Question: when were numbers called that no pool and no route of the account knows?
-- Parameters: $account, $sites, $since, $until (the site's local days, both included)
-- Columns: site, day, number, unknown_calls (1 a row)
-- Owner: attribution (reports)
SELECT site, day, number, 1 AS unknown_calls
FROM (
  SELECT u.site, u.number,
    (timezone(coalesce(z.timezone, 'UTC'), timezone('UTC', u.occurred_at)))::DATE AS day
  FROM fact_unknown_number u
  LEFT JOIN (
    SELECT site, arg_max(timezone, occurred_at) AS timezone FROM fact_site
    WHERE account = $account GROUP BY site) AS z ON z.site = u.site
  WHERE u.account = $account AND list_contains($sites, u.site)) AS called
WHERE day BETWEEN $since AND $until
