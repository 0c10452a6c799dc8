-- Question: what does a model credit each traffic with, of calls, contacts, leads and deals?
-- Parameters: $account, $sites, $since, $until (days by the date basis, both included)
-- Columns: site, day, traffic, kind, conversion, credit (a part of one call, contact, lead or deal; 0 for the later
--   change of a deal), untouched (nobody's visit led to it), revenue and margin (of deals; NULL without a figure: revenue_unknown and
--   margin_unknown are 1 there), currency (of deals)
-- Owner: attribution (reports)
-- The report fills in `weight`, that of the model, and `counted_on`, the day by the date basis.
SELECT c.site, c.counted_on AS day, c.traffic, c.kind, c.conversion, c.weight * c.counts AS credit,
  c.touch IS NULL AS untouched,
  CASE WHEN c.kind = 'deal' THEN c.weight * c.value END AS revenue,
  CASE WHEN c.kind = 'deal' THEN c.weight * c.margin END AS margin,
  (c.kind = 'deal' AND c.value IS NULL AND c.weight > 0)::INT AS revenue_unknown,
  (c.kind = 'deal' AND c.margin IS NULL AND c.weight > 0)::INT AS margin_unknown,
  CASE WHEN c.kind = 'deal' THEN deals.currency END AS currency
FROM (
  SELECT site, traffic, kind, conversion, touch, counts, value, margin /* columns */
  FROM mart_credit WHERE account = $account AND list_contains($sites, site)) AS c
LEFT JOIN (
  SELECT site, any_value(currency) AS currency FROM mart_conversion
  WHERE account = $account AND list_contains($sites, site) AND kind = 'deal'
  GROUP BY site) AS deals ON deals.site = c.site
WHERE c.counted_on BETWEEN $since AND $until
