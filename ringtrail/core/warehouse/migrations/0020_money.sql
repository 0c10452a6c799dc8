-- Question: what did advertising cost, what did deals bring, what was a currency worth on a day?
-- Parameters: none
-- Columns: see ringtrail.core.money_facts; each newest_ view has of every key what was told last
-- Owner: ingest (facts)
ALTER TABLE fact_site ADD COLUMN currency VARCHAR;

CREATE TABLE fact_spend (
  fact_id UUID NOT NULL, batch UUID NOT NULL, account INTEGER NOT NULL, site INTEGER NOT NULL,
  occurred_at TIMESTAMP NOT NULL, received_at TIMESTAMP NOT NULL,
  key VARCHAR NOT NULL, told_at TIMESTAMP NOT NULL, connection VARCHAR NOT NULL,
  day DATE NOT NULL, source VARCHAR NOT NULL, medium VARCHAR NOT NULL, campaign_id VARCHAR,
  campaign VARCHAR, ad_group VARCHAR, ad VARCHAR, term VARCHAR, currency VARCHAR(3) NOT NULL,
  cost DECIMAL(18,4) NOT NULL, clicks BIGINT, impressions BIGINT, vat_included BOOLEAN);

CREATE TABLE fact_deal (
  fact_id UUID NOT NULL, batch UUID NOT NULL, account INTEGER NOT NULL, site INTEGER NOT NULL,
  occurred_at TIMESTAMP NOT NULL, received_at TIMESTAMP NOT NULL,
  key VARCHAR NOT NULL, told_at TIMESTAMP NOT NULL, connection VARCHAR NOT NULL, stage VARCHAR,
  status VARCHAR NOT NULL, amount DECIMAL(18,4), margin DECIMAL(18,4),
  currency VARCHAR(3) NOT NULL, opened_at TIMESTAMP, closed_at TIMESTAMP, phone VARCHAR,
  email VARCHAR, customer VARCHAR, contact VARCHAR, source VARCHAR);

CREATE TABLE fact_rate (
  fact_id UUID NOT NULL, batch UUID NOT NULL, account INTEGER NOT NULL, site INTEGER NOT NULL,
  occurred_at TIMESTAMP NOT NULL, received_at TIMESTAMP NOT NULL,
  key VARCHAR NOT NULL, told_at TIMESTAMP NOT NULL, day DATE NOT NULL,
  base VARCHAR(3) NOT NULL, quote VARCHAR(3) NOT NULL, rate DECIMAL(18,8) NOT NULL,
  teller VARCHAR NOT NULL);

CREATE TABLE fact_cost_rule (
  fact_id UUID NOT NULL, batch UUID NOT NULL, account INTEGER NOT NULL, site INTEGER NOT NULL,
  occurred_at TIMESTAMP NOT NULL, received_at TIMESTAMP NOT NULL,
  key VARCHAR NOT NULL, told_at TIMESTAMP NOT NULL, source VARCHAR, from_day DATE NOT NULL,
  vat_percent DECIMAL(6,2) NOT NULL, fee_percent DECIMAL(6,2) NOT NULL,
  with_vat BOOLEAN NOT NULL);

CREATE TABLE fact_spend_alias (
  fact_id UUID NOT NULL, batch UUID NOT NULL, account INTEGER NOT NULL, site INTEGER NOT NULL,
  occurred_at TIMESTAMP NOT NULL, received_at TIMESTAMP NOT NULL,
  key VARCHAR NOT NULL, told_at TIMESTAMP NOT NULL, connection VARCHAR NOT NULL,
  "of" VARCHAR NOT NULL, source VARCHAR, medium VARCHAR, campaign VARCHAR);

CREATE TABLE fact_bulk (
  fact_id UUID NOT NULL, batch UUID NOT NULL, account INTEGER NOT NULL, site INTEGER NOT NULL,
  occurred_at TIMESTAMP NOT NULL, received_at TIMESTAMP NOT NULL,
  "of" VARCHAR NOT NULL, file VARCHAR NOT NULL, digest VARCHAR NOT NULL, rows BIGINT NOT NULL,
  replace BOOLEAN NOT NULL);

-- A key is of one site, connection and day; as they stand in PARTITION BY, a filter by them reads
-- only their rows.
CREATE VIEW newest_spend AS
SELECT fact_id, batch, account, site, key, told_at, connection, day, source, medium, campaign_id,
  campaign, ad_group, ad, term, currency, cost, clicks, impressions, vat_included
FROM fact_spend
QUALIFY row_number() OVER (PARTITION BY account, site, connection, day, key
  ORDER BY told_at DESC, received_at DESC, fact_id) = 1;

-- Of the tellings of one moment the last one counts: it corrects the others.
CREATE VIEW deal_telling AS
SELECT fact_id, batch, account, site, occurred_at, key, told_at, connection, stage, status, amount,
  margin, currency, opened_at, closed_at, phone, email, customer, contact, source
FROM fact_deal
QUALIFY row_number() OVER (PARTITION BY account, site, connection, key, occurred_at
  ORDER BY told_at DESC, received_at DESC, fact_id) = 1;

CREATE VIEW newest_deal AS
FROM deal_telling
QUALIFY row_number() OVER (PARTITION BY account, site, connection, key
  ORDER BY occurred_at DESC) = 1;

-- What each telling of a deal added to revenue and margin at its moment; a refund is negative.
-- A won deal brings its amount, an open or lost one nothing.
CREATE VIEW deal_change AS
WITH step AS (
  SELECT account, site, connection, key, occurred_at, currency,
    CASE WHEN status = 'won' THEN coalesce(amount, 0) ELSE 0 END::DECIMAL(18,4) AS revenue,
    CASE WHEN status = 'won' THEN margin END::DECIMAL(18,4) AS margin
  FROM deal_telling),
ended AS (
  SELECT account, site, connection, key,
    lead(occurred_at) OVER (PARTITION BY account, site, connection, key ORDER BY occurred_at)
      AS occurred_at, currency, -revenue AS revenue, -margin AS margin
  FROM step)
SELECT account, site, connection, key, occurred_at, currency,
  sum(revenue)::DECIMAL(18,4) AS revenue, sum(margin)::DECIMAL(18,4) AS margin
FROM (FROM step UNION ALL FROM ended WHERE occurred_at IS NOT NULL)
GROUP BY ALL HAVING sum(revenue) <> 0 OR sum(margin) <> 0;

CREATE VIEW newest_rate AS
SELECT account, day, base, quote, rate, teller, told_at FROM fact_rate
QUALIFY row_number() OVER (PARTITION BY account, day, base, quote
  ORDER BY told_at DESC, received_at DESC, fact_id) = 1;

CREATE VIEW newest_cost_rule AS
SELECT account, site, key, told_at, source, from_day, vat_percent, fee_percent, with_vat
FROM fact_cost_rule
QUALIFY row_number() OVER (PARTITION BY account, site, key
  ORDER BY told_at DESC, received_at DESC, fact_id) = 1;

CREATE VIEW newest_spend_alias AS
SELECT account, site, key, told_at, connection, "of", source, medium, campaign
FROM fact_spend_alias
QUALIFY row_number() OVER (PARTITION BY account, site, key
  ORDER BY told_at DESC, received_at DESC, fact_id) = 1
  AND campaign IS NOT NULL;

-- The dictionary of campaigns that cost something: which visits each belongs to, and how we know.
CREATE TABLE mart_spend_campaign (
  account INTEGER NOT NULL, site INTEGER NOT NULL, connection VARCHAR NOT NULL,
  spend_source VARCHAR NOT NULL, spend_medium VARCHAR NOT NULL, campaign_id VARCHAR,
  spend_campaign VARCHAR, channel VARCHAR NOT NULL, source VARCHAR NOT NULL,
  medium VARCHAR NOT NULL, campaign VARCHAR, joined VARCHAR NOT NULL);

-- What each site's day cost, as imported (`cost`, exact) and as the site's reports show it
-- (`reporting_cost`, NULL with the reason in `problem`).
CREATE TABLE mart_cost (
  account INTEGER NOT NULL, site INTEGER NOT NULL, day DATE NOT NULL, traffic INTEGER NOT NULL,
  joined VARCHAR NOT NULL, currency VARCHAR(3) NOT NULL, cost DECIMAL(18,4) NOT NULL,
  clicks BIGINT NOT NULL, impressions BIGINT NOT NULL, reporting_currency VARCHAR(3),
  reporting_cost DECIMAL(18,4), problem VARCHAR);

-- amount * numerator / denominator to four digits, half away from zero, in whole numbers
-- throughout: a DOUBLE would lose the cent of a large sum. NULL for what no column can hold.
CREATE MACRO share_of(amount, numerator, denominator) AS (
  TRY_CAST(sign(amount) * TRY_CAST(
    (2 * (abs(amount)::DECIMAL(22,4) * 10000)::HUGEINT * numerator::HUGEINT + denominator::HUGEINT)
      // (2 * denominator::HUGEINT) AS DECIMAL(30,0)) * 0.0001::DECIMAL(5,4) AS DECIMAL(18,4)));
