-- Question: how often did numbers ring by themselves: those never shown, and shown ones when nobody
-- who had held them could have called any more?
-- Parameters: $account, $site (each NULL: all), $since, $until (half open; reads ringing, stay, candidate)
-- Columns: origin (control, quiet; pool: all of their time, no calls), calls (redials left out), seconds
-- Owner: attribution
WITH owned AS (
  SELECT account, number, role, greatest(since, $since::TIMESTAMP,
      min(occurred_at) OVER (PARTITION BY account, number, since)) AS began,
    least(coalesce(until, 'infinity'), $until::TIMESTAMP) AS over
  FROM fact_number_owned WHERE role IN ('control', 'pool')
    AND ($account IS NULL OR account = $account) AND ($site IS NULL OR site = $site)
  QUALIFY row_number() OVER (PARTITION BY account, number, since
    ORDER BY until IS NOT NULL DESC, occurred_at DESC, fact_id DESC) = 1),
control AS (
  SELECT account, number, began, over FROM owned WHERE role = 'control' AND began < over),
-- From the first lease of a window on it is known who held a number.
reach AS (
  SELECT account, number, opened_at, lead(opened_at) OVER whole AS next_opened_at,
    max(ended) OVER (whole ROWS UNBOUNDED PRECEDING) AS reached
  FROM stay WINDOW whole AS (PARTITION BY account, number ORDER BY opened_at, lease)),
quiet AS (
  SELECT r.account, r.number, greatest(r.reached, o.began) AS began,
    least(coalesce(r.next_opened_at, 'infinity'), o.over) AS over
  FROM reach r JOIN owned o ON o.account = r.account AND o.number = r.number AND o.role = 'pool'
    AND r.opened_at < o.over
  WHERE greatest(r.reached, o.began) < least(coalesce(r.next_opened_at, 'infinity'), o.over)),
stretch AS (
  SELECT 'control' AS origin, * FROM control UNION ALL SELECT 'quiet', * FROM quiet),
rang AS (
  SELECT s.origin, count(*)::BIGINT AS calls FROM ringing r JOIN stretch s
    ON s.account = r.account AND s.number = r.number
    AND r.occurred_at >= s.began AND r.occurred_at < s.over
  WHERE NOT r.again AND r.call NOT IN (SELECT call FROM candidate) GROUP BY s.origin),
-- How long visitors' numbers were in use at all.
used AS (
  SELECT 'pool' AS origin, o.began, o.over FROM owned o
  WHERE o.role = 'pool' AND o.began < o.over
    AND (o.account, o.number) IN (SELECT (account, number) FROM stay))
SELECT o.origin, coalesce(any_value(rang.calls), 0)::BIGINT AS calls,
  coalesce(sum(epoch_us(s.over) - epoch_us(s.began)), 0) / 1e6 AS seconds
FROM (VALUES ('control'), ('quiet'), ('pool')) o(origin)
LEFT JOIN (SELECT origin, began, over FROM stretch UNION ALL FROM used) s USING (origin)
LEFT JOIN rang USING (origin)
GROUP BY o.origin ORDER BY o.origin
