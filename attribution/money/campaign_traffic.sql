-- Question: which places of spend are new to the dictionary of traffic?
-- Parameters: none
-- Columns: mart_traffic
-- Owner: attribution (money)
INSERT INTO mart_traffic (account, channel, source, medium, campaign)
SELECT DISTINCT account, channel, source, medium, campaign FROM mart_spend_campaign AS c
WHERE NOT EXISTS (FROM mart_traffic t WHERE t.account = c.account AND t.channel = c.channel
  AND t.source = c.source AND t.medium = c.medium
  AND t.campaign IS NOT DISTINCT FROM c.campaign)
ORDER BY ALL
