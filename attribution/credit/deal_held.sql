-- Question: what are the dirty deals of which nothing was told? What they were.
-- Parameters: none
-- Columns: deal_now. Reads told_deal, dirty_conversion.
-- Owner: attribution
INSERT INTO deal_now BY NAME
SELECT account, site, conversion, occurred_at, day, journey_at, counts, value, margin, currency,
  problem, deal
FROM mart_conversion m SEMI JOIN dirty_conversion USING (account, conversion)
ANTI JOIN told_deal USING (account, deal)
WHERE kind = 'deal'
