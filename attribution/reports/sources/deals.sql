-- Question: what does a model credit each traffic with of what deals brought?
-- Parameters: $account, $sites, $since, $until (days by the date basis, both included)
-- Columns: site, day, traffic, kind, conversion, revenue, margin (NULL without a figure: revenue_unknown
--   and margin_unknown are 1 there); of each, for intervals: _squares (credit x amount x amount), _back
--   and _back_squares (of amounts below 0, such as a refund; else NULL, which adding up passes over).
--   Their currency: deals_currency.sql
-- Owner: attribution (reports)
-- The report fills in `weight`, that of the model, and `counted_on`, the day by the date basis.
SELECT c.site, c.counted_on AS day, c.traffic, 'deal' AS kind, c.conversion,
  c.weight * c.value AS revenue, c.weight * c.margin AS margin,
  c.weight * c.value * c.value AS revenue_squares, c.weight * c.margin * c.margin AS margin_squares,
  CASE WHEN c.value < 0 THEN c.weight * c.value END AS revenue_back,
  CASE WHEN c.value < 0 THEN c.weight * c.value * c.value END AS revenue_back_squares,
  CASE WHEN c.margin < 0 THEN c.weight * c.margin END AS margin_back,
  CASE WHEN c.margin < 0 THEN c.weight * c.margin * c.margin END AS margin_back_squares,
  (c.value IS NULL)::INT AS revenue_unknown, (c.margin IS NULL)::INT AS margin_unknown
FROM (
  SELECT site, traffic, conversion, value::DOUBLE AS value, margin::DOUBLE AS margin /* columns */
  FROM mart_credit WHERE account = $account AND list_contains($sites, site) AND kind = 'deal') AS c
WHERE c.counted_on BETWEEN $since AND $until AND c.weight > 0
