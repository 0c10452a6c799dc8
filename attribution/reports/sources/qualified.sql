-- Question: which parts of qualified leads does a model credit each traffic with?
-- Parameters: $account, $sites, $since, $until (days by the date basis, both included)
-- Columns: site, day, traffic, kind, conversion, qualified_leads (a part of one)
-- Owner: attribution (reports)
-- The report fills in `weight`, that of the model, and `counted_on`, the day by the date basis.
SELECT c.site, c.counted_on AS day, c.traffic, 'lead' AS kind, c.conversion,
  c.weight * c.counts AS qualified_leads
FROM (
  SELECT site, traffic, conversion, counts /* columns */
  FROM mart_credit WHERE account = $account AND list_contains($sites, site) AND kind = 'lead') AS c
SEMI JOIN (
  SELECT lead FROM mart_lead WHERE account = $account AND qualified) AS l ON l.lead = c.conversion
WHERE c.counted_on BETWEEN $since AND $until
