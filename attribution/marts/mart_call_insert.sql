-- Question: what is each dirty call, whose is it, and what brought it?
-- Parameters: none
-- Columns: mart_call
-- Owner: attribution
INSERT INTO mart_call BY NAME
SELECT m.*, t.traffic FROM matched_call m
JOIN mart_traffic t ON t.account = m.account AND t.channel = m.channel AND t.source = m.source
  AND t.medium = m.medium AND t.campaign IS NOT DISTINCT FROM m.campaign
ORDER BY m.site, m.day, m.started_at
