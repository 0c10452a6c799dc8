-- Question: which calls rang the numbers of a site, and had their caller rung the number before?
-- Parameters: $account, $site (each NULL: all), $since, $until (half open)
-- Columns: ringing: account, site, call, number, caller (NULL: withheld), occurred_at, again (the same
--   caller rang the same number within the 30 days before)
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE ringing AS
WITH told AS (
  SELECT account, site, call, number, caller, occurred_at FROM fact_call
  WHERE ($account IS NULL OR account = $account) AND ($site IS NULL OR site = $site)
    AND occurred_at >= $since::TIMESTAMP - INTERVAL 30 DAY AND occurred_at < $until
    AND direction = 'inbound'
  QUALIFY row_number() OVER (PARTITION BY account, call ORDER BY told_at DESC, fact_id DESC) = 1),
before AS (
  SELECT *, lag(occurred_at) OVER (PARTITION BY account, number, caller
    ORDER BY occurred_at, call) AS previous FROM told)
SELECT account, site, call, number, caller, occurred_at,
  coalesce(caller IS NOT NULL AND previous >= occurred_at - INTERVAL 30 DAY, false) AS again
FROM before WHERE occurred_at >= $since
