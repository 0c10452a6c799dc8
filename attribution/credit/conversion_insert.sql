-- Question: what are the dirty conversions now? Inbound calls, and contacts by their newest telling.
-- Parameters: none
-- Columns: mart_conversion; `traffic` is what gets the credit where the person has no touch
-- Owner: attribution
INSERT INTO mart_conversion BY NAME
WITH zone AS (
  SELECT site, arg_max(timezone, occurred_at) AS timezone FROM fact_site GROUP BY site),
contact AS (
  SELECT c.* FROM fact_contact c
  SEMI JOIN dirty_conversion d ON d.account = c.account AND d.conversion = c.contact
  QUALIFY row_number() OVER (
    PARTITION BY c.account, c.contact ORDER BY c.told_at DESC, c.fact_id DESC) = 1)
SELECT c.account, c.site, c.call AS conversion, 'call' AS kind, c.started_at AS occurred_at, c.day,
  c.visitor AS person, c.traffic, 1 AS counts
FROM mart_call c SEMI JOIN dirty_conversion d ON d.account = c.account AND d.conversion = c.call
WHERE c.direction = 'inbound'
UNION ALL
SELECT c.account, c.site, c.contact, 'contact', c.occurred_at,
  (timezone(coalesce(z.timezone, 'UTC'), timezone('UTC', c.occurred_at)))::DATE, c.visitor,
  t.traffic, 1
FROM contact c LEFT JOIN zone z USING (site)
JOIN mart_traffic t ON t.account = c.account AND t.channel = 'Unattributed'
  AND t.source = '(unknown)' AND t.medium = '(unknown)' AND t.campaign IS NULL
ORDER BY occurred_at
