-- Question: which rows of a spend file say something else than what was told last?
-- Parameters: $file, $account, $site, $batch, $received_at
-- Columns: fact_spend; rows of one key are parts of one sum
-- Owner: ingest (files)
INSERT INTO fact_spend BY NAME
WITH told AS (
  SELECT min(fact_id)::UUID AS fact_id, key, any_value(occurred_at) AS occurred_at,
    any_value(told_at) AS told_at, any_value(connection) AS connection, any_value(day) AS day,
    any_value(source) AS source, any_value(medium) AS medium,
    any_value(campaign_id) AS campaign_id, max(campaign) AS campaign,
    any_value(ad_group) AS ad_group, any_value(ad) AS ad, any_value(term) AS term,
    any_value(currency) AS currency, sum(cost)::DECIMAL(18,4) AS cost,
    sum(clicks)::BIGINT AS clicks, sum(impressions)::BIGINT AS impressions,
    bool_and(vat_included) AS vat_included
  FROM read_parquet($file) GROUP BY key)
SELECT $account AS account, $site AS site, $batch AS batch, $received_at AS received_at, told.*
FROM told ANTI JOIN newest_spend AS held ON held.account = $account AND held.site = $site
  AND held.key = told.key AND held.cost = told.cost
  AND held.campaign IS NOT DISTINCT FROM told.campaign
  AND held.clicks IS NOT DISTINCT FROM told.clicks
  AND held.impressions IS NOT DISTINCT FROM told.impressions
  AND held.vat_included IS NOT DISTINCT FROM told.vat_included
