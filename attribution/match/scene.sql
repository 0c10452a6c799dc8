-- Question: what would each call whose truth is known have looked like on a number that is passed on?
-- An audited visit keeps its number to itself, so its calls never meet the visitors who would have been
-- given it next. A twin, who left the same pool at nearly the same time without an audit, shows who
-- they would have been. A call that no visit made could have rung any number of visitors.
-- Parameters: $since, $until (leases opened within, and rings; half open), $copies (twins or numbers for
--   each call), $folds (equal stretches of that time); reads ringing, candidate, stay
-- Columns: fold, origin (audit, background), call, lease (of the audited visit), copy (1..$copies), rivals
--   (a list of on_site, seconds)
-- Owner: attribution
WITH late AS MATERIALIZED (
  SELECT r.account, r.call, r.occurred_at, s.lease, s.pool, s.last_seen, c.on_site
  FROM ringing r JOIN candidate c ON c.account = r.account AND c.call = r.call
  JOIN stay s ON s.account = c.account AND s.lease = c.lease AND s.audit
  WHERE NOT r.again AND s.opened_at >= $since AND s.opened_at < $until
    AND r.occurred_at < coalesce(s.held_until, $until::TIMESTAMP)),
near AS (
  SELECT *, unnest([hour, hour - INTERVAL 1 HOUR, hour + INTERVAL 1 HOUR]) AS near_hour
  FROM (SELECT *, date_trunc('hour', last_seen) AS hour FROM late)),
twin AS (
  SELECT n.account, n.call, n.lease, n.occurred_at, t.lease AS twin, t.number, t.opened_at,
    row_number() OVER (PARTITION BY n.account, n.call, n.lease
      ORDER BY abs(epoch_us(t.last_seen) - epoch_us(n.last_seen)), t.lease) AS copy
  FROM near n JOIN stay t ON t.account = n.account AND t.pool = n.pool AND NOT t.audit AND t.closed
    AND date_trunc('hour', t.last_seen) = n.near_hour
  QUALIFY copy <= $copies),
stranger AS (
  SELECT r.account, r.site, r.call, r.occurred_at FROM ringing r
  WHERE NOT r.again AND r.call NOT IN (SELECT call FROM candidate)
    AND (r.account, r.number) IN (SELECT (account, number) FROM stay
      UNION ALL SELECT (account, number) FROM fact_number_owned WHERE role = 'control')),
number AS (SELECT account, site, number, min(opened_at) AS since FROM stay GROUP BY ALL),
rung AS (
  SELECT r.account, r.call, r.occurred_at, n.number, row_number() OVER (PARTITION BY r.account, r.call
      ORDER BY md5(r.call::VARCHAR || n.number)) AS copy
  FROM stranger r JOIN number n ON n.account = r.account AND n.site = r.site AND n.since <= r.occurred_at
  QUALIFY copy <= $copies),
place AS MATERIALIZED (
  SELECT account, call, lease, occurred_at, copy, number, twin, opened_at AS since FROM twin
  UNION ALL SELECT account, call, NULL, occurred_at, copy, number, NULL, NULL FROM rung),
hour AS (
  SELECT account, number, lease, opened_at, last_seen, ended,
    unnest(generate_series(date_trunc('hour', opened_at), date_trunc('hour', ended),
      INTERVAL 1 HOUR)) AS hour FROM stay),
rival AS (
  SELECT p.account, p.call, p.lease, p.copy, p.occurred_at <= h.last_seen AS on_site,
    (epoch_us(p.occurred_at) - epoch_us(
      CASE WHEN p.occurred_at <= h.last_seen THEN h.opened_at ELSE h.last_seen END)) / 1e6 AS seconds
  FROM place p JOIN hour h ON h.account = p.account AND h.number = p.number
    AND h.hour = date_trunc('hour', p.occurred_at)
    AND p.occurred_at >= h.opened_at AND p.occurred_at < h.ended
  WHERE p.twin IS NULL OR (h.lease <> p.twin AND h.opened_at > p.since)),
listed AS (
  SELECT account, call, lease, copy, list({'on_site': on_site, 'seconds': seconds}
    ORDER BY seconds, on_site) AS rivals FROM rival GROUP BY ALL)
SELECT ((epoch_us(p.occurred_at) - epoch_us($since::TIMESTAMP)) * $folds
    // (epoch_us($until::TIMESTAMP) - epoch_us($since::TIMESTAMP)))::INTEGER AS fold,
  CASE WHEN p.lease IS NULL THEN 'background' ELSE 'audit' END AS origin,
  p.call, p.lease, p.copy, coalesce(l.rivals, []) AS rivals
FROM place p LEFT JOIN listed l ON l.account = p.account AND l.call = p.call AND l.copy = p.copy
  AND l.lease IS NOT DISTINCT FROM p.lease
ORDER BY p.occurred_at, p.call, p.lease, p.copy
