-- Question: what did each told deal bring, change by change, in the currency of its site?
-- A sale without an amount is one, too. What a CRM says of a time before the first sale brings nothing.
-- Parameters: $keys (of the told deals; null: read all)
-- Columns: deal_now: account, site, conversion, occurred_at, day, journey_at (the first sale), counts,
--   value, margin, currency, problem, deal. Reads told_deal.
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE deal_now AS
WITH zone AS (
  SELECT site, arg_max(timezone, occurred_at) AS timezone FROM fact_site GROUP BY site),
sold AS MATERIALIZED (
  SELECT account, site, connection, key, min(occurred_at) AS sold_at,
    arg_min(currency, occurred_at) AS currency
  FROM deal_telling WHERE status = 'won' AND ($keys IS NULL OR list_contains($keys, key))
  GROUP BY account, site, connection, key),
changed AS MATERIALIZED (
  SELECT account, site, connection, key, occurred_at, currency, revenue, margin FROM deal_change
  WHERE $keys IS NULL OR list_contains($keys, key)),
step AS (
  FROM changed UNION ALL
  SELECT s.*, 0, 0 FROM sold s ANTI JOIN changed c ON c.account = s.account AND c.site = s.site
    AND c.connection = s.connection AND c.key = s.key AND c.occurred_at = s.sold_at
    AND c.currency = s.currency),
dated AS (
  SELECT s.*, t.deal, f.sold_at, r.currency AS reporting_currency,
    (s.occurred_at = f.sold_at AND s.currency = f.currency)::INTEGER AS counts,
    (timezone(coalesce(z.timezone, 'UTC'), timezone('UTC', s.occurred_at)))::DATE AS day
  FROM step s JOIN told_deal t USING (account, site, connection, key)
  JOIN sold f USING (account, site, connection, key)
  LEFT JOIN reporting_currency r USING (account, site) LEFT JOIN zone z USING (site)),
asked AS (SELECT DISTINCT account, day, currency, reporting_currency FROM dated),
priced AS (
  SELECT d.*, CASE WHEN d.currency = d.reporting_currency THEN revenue
      ELSE share_of(revenue, numerator, denominator) END AS value,
    CASE WHEN d.currency = d.reporting_currency THEN margin
      ELSE share_of(margin, numerator, denominator) END AS own_margin
  FROM dated d LEFT JOIN dated_rate('asked') r ON r.account = d.account AND r.day = d.day
    AND r.currency = d.currency AND r.reporting_currency = d.reporting_currency)
SELECT account, site,
  md5(concat_ws(':', account, deal, epoch_us(occurred_at), currency))::UUID AS conversion,
  occurred_at, day, sold_at AS journey_at, counts, value, own_margin AS margin,
  reporting_currency AS currency, CASE WHEN reporting_currency IS NULL THEN 'no_currency'
    WHEN value IS NULL THEN 'no_rate' END AS problem, deal
FROM priced
