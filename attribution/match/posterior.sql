-- Question: how likely is it of each visit that it made the call, and of none of them?
-- The same as numbers_pool.posterior, a call at a time there and all at once here.
-- Parameters: none (reads ringing, candidate, tie, rate)
-- Columns: matched: account, site, call, lease, visit, person (NULL: nobody whom a page sent), on_site,
--   seconds, terms (JSON: name -> rate or factor), probability, fit
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE matched AS
WITH named AS (SELECT DISTINCT account, site FROM rate),
asked AS (
  SELECT r.account, r.site, r.call, coalesce(n.account, 0) AS rated_account,
    coalesce(n.site, 0) AS rated_site
  FROM ringing r LEFT JOIN named n ON n.account = r.account AND n.site = r.site),
source AS (
  SELECT account, call, lease, visit, person, on_site, seconds,
    CASE WHEN on_site THEN 'on_site' WHEN seconds < 21600 THEN 'after' ELSE 'older' END AS kind
  FROM candidate
  UNION ALL
  SELECT account, call, NULL, NULL, NULL, NULL, NULL, 'background' FROM ringing),
-- A stranger who rang before redials as any earlier caller does, beside all other strangers.
stranger AS (
  SELECT t.account, t.call, max(t.strength) * any_value(o.value * r.value) AS rate
  FROM tie t JOIN asked a ON a.account = t.account AND a.call = t.call
  JOIN rate o ON o.account = a.rated_account AND o.site = a.rated_site AND o.kind = 'older'
  JOIN rate r ON r.account = a.rated_account AND r.site = a.rated_site AND r.kind = 'redial'
  WHERE t.lease IS NULL AND t.strength > 0 GROUP BY t.account, t.call),
factor AS (
  SELECT t.account, t.call, t.lease, t.kind, t.same,
    1 - t.strength + t.strength * CASE WHEN t.same THEN r.value ELSE r.other END AS value
  FROM tie t JOIN asked a ON a.account = t.account AND a.call = t.call
  JOIN rate r ON r.account = a.rated_account AND r.site = a.rated_site AND r.kind = t.kind
  WHERE t.lease IS NOT NULL),
-- The phones that a person is known by speak of one thing: the strongest counts, and a right one
-- before all wrong ones.
known AS (
  SELECT account, call, lease,
    coalesce(max({'value': value, 'kind': kind}) FILTER (same AND kind <> 'click'),
      min({'value': value, 'kind': kind}) FILTER (kind <> 'click')) AS told,
    max(value) FILTER (kind = 'click') AS click
  FROM factor GROUP BY ALL),
weighed AS (
  SELECT a.account, a.site, a.call, s.lease, s.visit, s.person, s.on_site, s.seconds, r.fit,
    CASE WHEN n.rate IS NOT NULL THEN 'known_stranger' ELSE s.kind END AS kind,
    r.value + coalesce(n.rate, 0) AS rate, k.told, k.click
  FROM source s JOIN asked a ON a.account = s.account AND a.call = s.call
  JOIN rate r ON r.account = a.rated_account AND r.site = a.rated_site AND r.kind = s.kind
    AND coalesce(s.seconds, 0) >= r.from_seconds AND coalesce(s.seconds, 0) < r.until_seconds
  LEFT JOIN known k ON k.account = s.account AND k.call = s.call
    AND k.lease = s.lease
  LEFT JOIN stranger n ON n.account = s.account AND n.call = s.call AND s.lease IS NULL),
summed AS (
  SELECT *, rate * coalesce(told.value, 1) * coalesce(click, 1) AS weight,
    sum(rate * coalesce(told.value, 1) * coalesce(click, 1)) OVER (PARTITION BY account, call) AS total
  FROM weighed)
SELECT account, site, call, lease, visit, person, on_site, seconds,
  to_json(map_from_entries(list_concat([{'k': kind, 'v': rate}],
    CASE WHEN told IS NULL THEN [] ELSE [{'k': told.kind, 'v': told.value}] END,
    CASE WHEN click IS NULL THEN [] ELSE [{'k': 'click', 'v': click}] END))) AS terms,
  CASE WHEN total > 0 THEN weight / total ELSE (lease IS NULL)::INTEGER END::DOUBLE AS probability, fit
FROM summed
