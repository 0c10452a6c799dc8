-- Question: which dirty calls rang a number that stood for a source, and for which?
-- Parameters: none (reads call_now)
-- Columns: declared: account, call, channel, source, medium, campaign
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE declared AS
WITH owned AS (
  SELECT * FROM fact_number_owned WHERE number IN (SELECT number FROM call_now)
  QUALIFY row_number() OVER (PARTITION BY account, number, since
    ORDER BY until IS NOT NULL DESC, occurred_at DESC, fact_id DESC) = 1)
SELECT n.account, n.call, o.channel, o.source, o.medium, o.campaign
FROM call_now n JOIN owned o ON o.account = n.account AND o.number = n.number
  AND n.occurred_at >= o.since AND n.occurred_at < coalesce(o.until, 'infinity')
WHERE o.role = 'static'
-- A number that stands for two sources at once stands for the one that was declared last.
QUALIFY row_number() OVER (PARTITION BY n.account, n.call
  ORDER BY o.since DESC, o.occurred_at DESC, o.fact_id DESC) = 1
