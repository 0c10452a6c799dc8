-- Question: whose visit is each dirty call: the likeliest candidate's, if nobody is not likelier?
-- Of a number that stood for a source when it rang: that source, and no visit.
-- Parameters: $rang_at (no dirty call rang before)
-- Columns: account, call; static, channel, source, medium, campaign of a number that stood for a source;
--   lease, visit, probability; visitor and visited_at where the visit is known
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE call_holder AS
WITH candidate AS (
  SELECT * FROM mart_candidate WHERE started_at >= $rang_at
    AND (account, call) IN (SELECT (account, call) FROM dirty_call)),
best AS (
  SELECT account, call, lease, visit, visitor, probability FROM candidate
  QUALIFY row_number() OVER (PARTITION BY account, call
    ORDER BY probability DESC, lease IS NULL, lease) = 1),
known AS (
  SELECT b.account, b.call, b.visitor, v.occurred_at AS visited_at
  FROM best b JOIN fact_visit v ON v.account = b.account AND v.visit = b.visit
  WHERE b.visitor IS NOT NULL)
SELECT n.account, n.call, d.call IS NOT NULL AS static, d.channel, d.source, d.medium, d.campaign,
  b.lease, b.visit, b.probability, k.visitor, k.visited_at
FROM call_now n LEFT JOIN declared d USING (account, call)
LEFT JOIN best b ON b.account = n.account AND b.call = n.call AND b.lease IS NOT NULL
LEFT JOIN known k ON k.account = n.account AND k.call = n.call
