-- Question: which combinations of channel, source, medium and campaign are new to the dictionary?
-- Parameters: none
-- Columns: mart_traffic
-- Owner: attribution
INSERT INTO mart_traffic (account, channel, source, medium, campaign)
SELECT account, channel, source, medium, campaign FROM (
  SELECT DISTINCT account, channel, source, medium, campaign FROM matched_call
  UNION SELECT DISTINCT v.account, v.channel, v.source, v.medium, v.campaign FROM sourced_visit v
    SEMI JOIN dirty_day d ON d.account = v.account AND d.site = v.site
      AND v.occurred_at >= d.day - INTERVAL 1 DAY AND v.occurred_at < d.day + INTERVAL 2 DAY) AS seen
WHERE NOT EXISTS (FROM mart_traffic t WHERE t.account = seen.account AND t.channel = seen.channel
  AND t.source = seen.source AND t.medium = seen.medium
  AND t.campaign IS NOT DISTINCT FROM seen.campaign)
ORDER BY ALL
