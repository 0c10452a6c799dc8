-- Question: which visits does each campaign that cost something belong to, by what was known before?
-- Parameters: none
-- Columns: as campaign_join.sql
-- Owner: attribution (money)
SELECT account, site, connection, spend_source, spend_medium, campaign_id, spend_campaign, channel,
  source, medium, campaign, joined
FROM mart_spend_campaign
