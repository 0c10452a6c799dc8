-- Question: what does each touch of an account's dirty conversions get?
-- Parameters: $account
-- Columns: mart_credit; a conversion without a touch credits its own traffic on its own day
-- Owner: attribution
INSERT INTO mart_credit BY NAME
SELECT m.account, m.site, m.conversion, m.kind, m.occurred_at, m.day, w.touch, t."at" AS touch_at,
  coalesce(t.day, m.day) AS touch_day, coalesce(t.traffic, m.traffic) AS traffic, m.counts,
  COLUMNS('^weight_')
FROM weighed w JOIN mart_conversion m ON m.account = $account AND m.conversion = w.conversion
LEFT JOIN touch t ON t.touch = w.touch
ORDER BY m.occurred_at, m.conversion, w.touch
