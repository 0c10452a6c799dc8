-- Question: what does a model credit each traffic with, of calls, contacts, leads and deals, by whole weeks?
-- Parameters: $account, $sites, $since, $until (days by the date basis, both included); $monday, $sunday
--   (where the whole weeks of them begin and end); $basis
-- Columns: site, traffic, kind, credit, untouched, as credits.sql has them
-- Owner: attribution (reports)
-- The report fills in `part`, 2^40 to a conversion, `weight` and `counted_on`, of the model and the basis.
SELECT site, traffic, kind, part / 1099511627776 AS credit,
  CASE WHEN NOT touched THEN part / 1099511627776 END AS untouched
FROM (
  SELECT site, traffic, kind, touched /* parts */
  FROM mart_credit_week
  WHERE account = $account AND list_contains($sites, site) AND basis = $basis
    AND week BETWEEN $monday AND $sunday)
UNION ALL
SELECT site, traffic, kind, weight * counts, CASE WHEN touch IS NULL THEN weight * counts END
FROM (
  SELECT site, traffic, kind, touch, counts /* columns */
  FROM mart_credit WHERE account = $account AND list_contains($sites, site))
WHERE counted_on BETWEEN $since AND $monday - 1
UNION ALL
SELECT site, traffic, kind, weight * counts, CASE WHEN touch IS NULL THEN weight * counts END
FROM (
  SELECT site, traffic, kind, touch, counts /* columns */
  FROM mart_credit WHERE account = $account AND list_contains($sites, site))
WHERE counted_on BETWEEN $sunday + 1 AND $until
