-- Question: how many visits and calls came by each channel, source, medium and campaign in a period, and
-- on each day by channel, from an earlier day on?
-- Parameters: $account, $sites, $since, $until, $before (the site's local days, all included)
-- Columns: day (NULL: all of the period), channel, source, medium, campaign and sums of mart_day
--   or mart_channel_day; excluded by day alone
-- Owner: attribution
-- Names are joined to the sums of a period: there are hundreds of times as many rows of days.
SELECT NULL::DATE AS day, t.channel, t.source, t.medium, t.campaign, d.* EXCLUDE (traffic)
FROM (
  SELECT traffic, sum(visits)::BIGINT AS visits, sum(calls)::BIGINT AS calls,
    sum(answered)::BIGINT AS answered, sum(missed)::BIGINT AS missed,
    sum(first_time)::BIGINT AS first_time, sum(attributed)::BIGINT AS attributed,
    sum(wait_seconds)::BIGINT AS wait_seconds, sum(talk_seconds)::BIGINT AS talk_seconds
  FROM mart_day
  WHERE account = $account AND list_contains($sites, site) AND day BETWEEN $since AND $until
  GROUP BY traffic) AS d
JOIN mart_traffic t ON t.account = $account AND t.traffic = d.traffic
UNION ALL BY NAME
SELECT day, channel, sum(visits)::BIGINT AS visits, sum(calls)::BIGINT AS calls,
  sum(answered)::BIGINT AS answered, sum(missed)::BIGINT AS missed,
  sum(first_time)::BIGINT AS first_time, sum(attributed)::BIGINT AS attributed,
  sum(wait_seconds)::BIGINT AS wait_seconds, sum(talk_seconds)::BIGINT AS talk_seconds,
  sum(excluded)::BIGINT AS excluded
FROM mart_channel_day
WHERE account = $account AND list_contains($sites, site) AND day BETWEEN $before AND $until
GROUP BY day, channel
