-- Question: what is known of a caller and of each visit that may have called?
-- Parameters: none (reads ringing, candidate, phone)
-- Columns: tie: account, call, lease (NULL: no visit at all), kind, same (the caller is that phone, or
--   the visit clicked the number within 10 minutes before), strength (0..1)
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE tie AS
-- Materialized: else the joins are put in an order that meets every call with every phone.
WITH rung AS MATERIALIZED (
  SELECT c.account, c.site, c.call, c.lease, c.person, c.on_site, r.caller, r.occurred_at
  FROM candidate c JOIN ringing r ON r.account = c.account AND r.call = c.call),
-- Of a visit without a click nothing follows while its site did not tell of clicks at all.
told AS (SELECT account, site, min(occurred_at) AS since FROM fact_click GROUP BY ALL),
watched AS MATERIALIZED (
  SELECT r.account, r.call, r.lease, r.occurred_at FROM rung r
  JOIN told t ON t.account = r.account AND t.site = r.site AND t.since <= r.occurred_at
  WHERE r.on_site),
clicked AS (
  SELECT w.account, w.call, w.lease,
    bool_or(k.occurred_at <= w.occurred_at AND k.occurred_at > w.occurred_at - INTERVAL 10 MINUTE) AS same
  FROM watched w LEFT JOIN fact_click k ON k.account = w.account AND k.lease = w.lease
  GROUP BY ALL)
SELECT r.account, r.call, r.lease, p.kind, bool_or(p.phone = r.caller) AS same, 1.0::DOUBLE AS strength
FROM rung r JOIN phone p ON p.account = r.account AND p.person = r.person
WHERE r.caller IS NOT NULL GROUP BY ALL
UNION ALL
SELECT account, call, lease, 'click', coalesce(same, false), 1.0 FROM clicked
