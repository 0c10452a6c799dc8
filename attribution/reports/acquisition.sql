-- Question: how many visits and calls by channel, source, medium and campaign, per day?
-- Parameters: $account, $sites, $since, $until
-- Columns: day, channel, source, medium, campaign and the sums of mart_day
-- Owner: attribution
SELECT d.day, t.channel, t.source, t.medium, t.campaign, grouping_id(d.day, t.source) AS level,
  sum(visits)::BIGINT AS visits, sum(calls)::BIGINT AS calls, sum(answered)::BIGINT AS answered,
  sum(missed)::BIGINT AS missed, sum(first_time)::BIGINT AS first_time,
  sum(attributed)::BIGINT AS attributed, sum(wait_seconds)::BIGINT AS wait_seconds,
  sum(talk_seconds)::BIGINT AS talk_seconds, sum(excluded)::BIGINT AS excluded
FROM mart_day d JOIN mart_traffic t ON t.traffic = d.traffic AND t.account = d.account
WHERE d.account = $account AND list_contains($sites, d.site) AND d.day BETWEEN $since AND $until
GROUP BY GROUPING SETS ((d.day, t.channel), (t.channel, t.source, t.medium, t.campaign))
