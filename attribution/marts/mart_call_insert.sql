-- Question: what is each dirty call, whose is it, and what brought it?
-- Parameters: none
-- Columns: mart_call
-- Owner: attribution
INSERT INTO mart_call BY NAME
SELECT n.account, n.site, n.call, n.key, n.occurred_at AS started_at, n.day, n.number, n.caller,
  n.presentation, n.direction, n.outcome, n.step, n.first_time, n.ring_seconds,
  n.menu_seconds, n.hold_seconds, n.talk_seconds, m.match, m.candidates, m.lease, m.visit, m.visitor, m.touch, m.channel, m.source,
  m.medium, m.campaign, m.content, m.term, m.click_id_type, m.click_id, m.landing, t.traffic
FROM call_now n JOIN matched_call m USING (account, call)
JOIN mart_traffic t ON t.account = m.account AND t.channel = m.channel AND t.source = m.source
  AND t.medium = m.medium AND t.campaign IS NOT DISTINCT FROM m.campaign
ORDER BY n.site, n.day, n.occurred_at
