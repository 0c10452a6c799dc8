-- Question: how many calls and contacts does a model credit to each channel, source, medium and campaign?
-- Parameters: $account, $sites, $since, $until (days, both included), $by_visit (the days are those of the
--   visits that get the credit; else those of the calls and contacts)
-- Columns: channel, source, medium, campaign, touches, and the sums that attribution.reports asks for
-- Owner: attribution
SELECT t.channel, t.source, t.medium, t.campaign, count(*) AS touches /* sums */
FROM mart_credit c JOIN mart_traffic t ON t.account = c.account AND t.traffic = c.traffic
WHERE c.account = $account AND list_contains($sites, c.site)
  AND CASE WHEN $by_visit THEN c.touch_day ELSE c.day END BETWEEN $since AND $until
GROUP BY t.channel, t.source, t.medium, t.campaign
