-- Question: what was told of the file's connection, sources and days, and stands no more in the file?
-- Parameters: $file, $account, $site, $batch, $received_at
-- Columns: fact_spend, each with nothing spent
-- Owner: ingest (files)
INSERT INTO fact_spend BY NAME
WITH told AS (SELECT key, connection, source, day, told_at, occurred_at FROM read_parquet($file)),
span AS (
  SELECT connection, source, min(day) AS since, max(day) AS until, max(told_at) AS told_at,
    max(occurred_at) AS occurred_at
  FROM told GROUP BY connection, source)
SELECT md5(held.key || $batch::VARCHAR)::UUID AS fact_id, $batch AS batch,
  $received_at AS received_at, span.occurred_at, span.told_at, held.account, held.site, held.key,
  held.connection, held.day, held.source, held.medium, held.campaign_id, held.campaign,
  held.ad_group, held.ad, held.term, held.currency, 0 AS cost, 0 AS clicks, 0 AS impressions,
  held.vat_included
FROM newest_spend AS held JOIN span ON span.connection = held.connection
  AND span.source = held.source AND held.day BETWEEN span.since AND span.until
ANTI JOIN told ON told.key = held.key
WHERE held.account = $account AND held.site = $site
  AND (held.cost <> 0 OR held.clicks <> 0 OR held.impressions <> 0)
