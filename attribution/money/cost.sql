-- Question: what did each site's day cost, by traffic, as imported and as its reports show it?
-- Parameters: none
-- Columns: mart_cost; `problem`: no_currency, no_rate, vat_untold (shown, with the VAT as imported)
-- Owner: attribution (money)
INSERT INTO mart_cost BY NAME
WITH spent AS (
  SELECT s.account, s.site, s.day, t.traffic, c.joined, s.source, s.currency, s.vat_included,
    sum(s.cost)::DECIMAL(18,4) AS cost, coalesce(sum(s.clicks), 0)::BIGINT AS clicks,
    coalesce(sum(s.impressions), 0)::BIGINT AS impressions
  FROM newest_spend s
  JOIN mart_spend_campaign c ON c.account = s.account AND c.site = s.site
    AND c.connection = s.connection AND c.spend_source = s.source AND c.spend_medium = s.medium
    AND c.campaign_id IS NOT DISTINCT FROM s.campaign_id
    AND c.spend_campaign IS NOT DISTINCT FROM s.campaign
  JOIN mart_traffic t ON t.account = c.account AND t.channel = c.channel AND t.source = c.source
    AND t.medium = c.medium AND t.campaign IS NOT DISTINCT FROM c.campaign
  WHERE s.cost <> 0 OR s.clicks <> 0 OR s.impressions <> 0
  GROUP BY ALL),
-- The site's own currency, else the one in which all of it was spent.
reporting AS (
  SELECT s.account, s.site, coalesce(any_value(f.currency),
    CASE WHEN min(s.currency) = max(s.currency) THEN min(s.currency) END) AS reporting_currency
  FROM spent s LEFT JOIN (
    SELECT account, site, arg_max(currency, occurred_at) AS currency
    FROM fact_site GROUP BY account, site) AS f USING (account, site)
  GROUP BY s.account, s.site),
-- A source's own rule before the one for all, of each the last that began.
rule AS (
  SELECT d.account, d.site, d.source, d.day, (100 * (100 + r.vat_percent))::BIGINT AS vat,
    (100 * (100 + r.fee_percent))::BIGINT AS fee, r.with_vat
  FROM (SELECT DISTINCT account, site, source, day FROM spent) AS d
  JOIN newest_cost_rule r ON r.account = d.account AND r.site = d.site AND r.from_day <= d.day
    AND (r.source IS NULL OR lower(r.source) = lower(d.source))
  QUALIFY row_number() OVER (PARTITION BY d.account, d.site, d.source, d.day
    ORDER BY r.source IS NULL, r.from_day DESC) = 1),
asked AS (
  SELECT DISTINCT account, day, currency, reporting_currency FROM spent
  JOIN reporting USING (account, site)),
rate AS (FROM dated_rate('asked')),
-- The fee is on the net cost. Where nobody said whether VAT is in a cost, it is left as it is.
shown AS (
  SELECT s.*, reporting_currency,
    CASE WHEN rule.fee IS NULL THEN cost
      WHEN vat_included AND NOT with_vat THEN share_of(cost, fee, vat)
      WHEN NOT vat_included AND with_vat
        THEN share_of(cost, fee::HUGEINT * vat, 100000000)
      ELSE share_of(cost, fee, 10000) END AS own_cost,
    coalesce(vat_included IS NULL AND vat > 10000, false) AS vat_untold
  FROM spent s JOIN reporting USING (account, site)
  LEFT JOIN rule USING (account, site, source, day)),
priced AS (
  SELECT s.*, CASE WHEN s.currency = s.reporting_currency THEN own_cost
    ELSE share_of(own_cost, numerator, denominator) END AS reporting_cost
  FROM shown s LEFT JOIN rate r ON r.account = s.account AND r.day = s.day
    AND r.currency = s.currency AND r.reporting_currency = s.reporting_currency)
SELECT account, site, day, traffic, joined, currency, sum(cost)::DECIMAL(18,4) AS cost,
  sum(clicks)::BIGINT AS clicks, sum(impressions)::BIGINT AS impressions, reporting_currency,
  -- One part that has no rate leaves the whole without a figure.
  CASE WHEN count(reporting_cost) = count(*)
    THEN sum(reporting_cost)::DECIMAL(18,4) END AS reporting_cost,
  CASE WHEN reporting_currency IS NULL THEN 'no_currency'
    WHEN count(reporting_cost) < count(*) THEN 'no_rate'
    WHEN bool_or(vat_untold) THEN 'vat_untold' END AS problem
FROM priced
GROUP BY account, site, day, traffic, joined, currency, reporting_currency
ORDER BY site, day, traffic, joined, currency
