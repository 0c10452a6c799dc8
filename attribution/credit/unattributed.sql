-- Question: which accounts lack the traffic of what nobody can be credited for?
-- Parameters: none
-- Columns: mart_traffic
-- Owner: attribution
INSERT INTO mart_traffic (account, channel, source, medium, campaign)
SELECT DISTINCT account, 'Unattributed', '(unknown)', '(unknown)', NULL::VARCHAR
FROM dirty_conversion d
WHERE NOT EXISTS (FROM mart_traffic t WHERE t.account = d.account AND t.channel = 'Unattributed'
  AND t.source = '(unknown)' AND t.medium = '(unknown)' AND t.campaign IS NULL)
