-- Question: what does a model credit each traffic with, of calls, contacts, leads and deals?
-- Parameters: $account, $sites, $since, $until (days by the date basis, both included)
-- Columns: site, day, traffic, kind, conversion, credit (a part of one call, contact, lead or deal; 0 for
--   the later change of a deal), untouched (the same where nobody's visit led to it)
-- Owner: attribution (reports)
-- The report fills in `weight`, that of the model, and `counted_on`, the day by the date basis.
SELECT c.site, c.counted_on AS day, c.traffic, c.kind, c.conversion, c.weight * c.counts AS credit,
  CASE WHEN c.touch IS NULL THEN c.weight * c.counts END AS untouched
FROM (
  SELECT site, traffic, kind, conversion, touch, counts /* columns */
  FROM mart_credit WHERE account = $account AND list_contains($sites, site)) AS c
WHERE c.counted_on BETWEEN $since AND $until
