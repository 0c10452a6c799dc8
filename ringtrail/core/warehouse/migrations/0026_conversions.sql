-- Question: what are conversions worth, whose are they, and on which day does each basis count them?
-- Parameters: none
-- Columns: `journey_at`: no later visit gets anything (of a deal its first sale); `counts` 0: a later
--   change of a deal; `value` and `margin` in `currency`, the site's, NULL with the reason in `problem`;
--   `excluded`: why it counts nowhere; `deal`: its node in mart_person; `as_call`: divided as that call
-- Owner: attribution (credit)
DROP TABLE mart_conversion;
CREATE TABLE mart_conversion (
  account INTEGER NOT NULL, site INTEGER NOT NULL, conversion UUID NOT NULL, kind VARCHAR NOT NULL,
  occurred_at TIMESTAMP NOT NULL, day DATE NOT NULL, person UUID, traffic INTEGER NOT NULL,
  journey_at TIMESTAMP NOT NULL, lead_at TIMESTAMP, counts INTEGER NOT NULL, value DECIMAL(18,4),
  margin DECIMAL(18,4), currency VARCHAR(3), problem VARCHAR, excluded VARCHAR, deal VARCHAR,
  as_call UUID);

-- Among whose visits each conversion is divided; the shares sum to 1. NULL: nobody's.
CREATE TABLE mart_share (
  account INTEGER NOT NULL, conversion UUID NOT NULL, journey_at TIMESTAMP NOT NULL, person UUID,
  share DOUBLE NOT NULL);

DROP TABLE mart_credit;
CREATE TABLE mart_credit (
  account INTEGER NOT NULL, site INTEGER NOT NULL, conversion UUID NOT NULL, kind VARCHAR NOT NULL,
  occurred_at TIMESTAMP NOT NULL, day DATE NOT NULL, lead_day DATE, person UUID, touch UUID,
  touch_at TIMESTAMP, touch_day DATE NOT NULL, traffic INTEGER NOT NULL, counts INTEGER NOT NULL,
  value DECIMAL(18,4), margin DECIMAL(18,4), weight_first DOUBLE NOT NULL,
  weight_last DOUBLE NOT NULL, weight_last_non_direct DOUBLE NOT NULL,
  weight_linear DOUBLE NOT NULL, weight_position DOUBLE NOT NULL, weight_w DOUBLE NOT NULL,
  weight_j DOUBLE NOT NULL, weight_inverse_j DOUBLE NOT NULL, weight_time_decay DOUBLE NOT NULL,
  weight_shapley DOUBLE NOT NULL);
-- The next refresh computes all of it.
UPDATE mart_credit_state SET complete = false;

-- In which currency a site's reports are: its own, else that of all its spend, else of all its deals.
CREATE VIEW reporting_currency AS
WITH own AS (
  SELECT account, site, arg_max(currency, occurred_at) AS currency FROM fact_site
  GROUP BY account, site),
spent AS (
  SELECT account, site, any_value(reporting_currency) AS currency FROM mart_cost
  GROUP BY account, site),
dealt AS (
  SELECT account, site, CASE WHEN min(currency) = max(currency) THEN min(currency) END AS currency
  FROM fact_deal GROUP BY account, site)
SELECT account, site,
  coalesce(o.currency, CASE WHEN s.site IS NULL THEN d.currency ELSE s.currency END) AS currency
FROM own o FULL JOIN spent s USING (account, site) FULL JOIN dealt d USING (account, site);

-- What each of `asked` (account, day, currency, reporting_currency) is multiplied and divided by. A rate
-- holds until the next one, for 14 days at most: central banks are closed for ten.
CREATE MACRO dated_rate(asked) AS TABLE
SELECT d.account, d.day, d.currency, d.reporting_currency,
  CASE WHEN r.base = d.currency THEN (r.rate::DECIMAL(27,8) * 100000000)::HUGEINT
    ELSE 100000000 END AS numerator,
  CASE WHEN r.base = d.currency THEN 100000000
    ELSE (r.rate::DECIMAL(27,8) * 100000000)::HUGEINT END AS denominator
FROM query_table(asked) AS d
JOIN newest_rate r ON r.account = d.account AND r.day BETWEEN d.day - 14 AND d.day
  AND ((r.base = d.currency AND r.quote = d.reporting_currency)
    OR (r.base = d.reporting_currency AND r.quote = d.currency))
QUALIFY row_number() OVER (PARTITION BY d.account, d.day, d.currency, d.reporting_currency
  ORDER BY r.day DESC, r.base = d.currency DESC) = 1;

-- As 0020_money has it, but a margin that is not told is unknown, not 0: so is the change to it. A sale
-- whose margin is told later has that one from the start; a deal that is not won brings none.
CREATE OR REPLACE VIEW deal_change AS
WITH step AS (
  SELECT account, site, connection, key, occurred_at, currency,
    CASE WHEN status = 'won' THEN coalesce(amount, 0) ELSE 0 END::DECIMAL(18,4) AS revenue,
    CASE WHEN status <> 'won' THEN 0 WHEN margin IS NOT NULL THEN margin
      ELSE lead(CASE WHEN status = 'won' THEN margin END IGNORE NULLS) OVER (
        PARTITION BY account, site, connection, key, currency ORDER BY occurred_at)
      END::DECIMAL(18,4) AS margin
  FROM deal_telling),
ended AS (
  SELECT account, site, connection, key,
    lead(occurred_at) OVER (PARTITION BY account, site, connection, key ORDER BY occurred_at)
      AS occurred_at, currency, -revenue AS revenue, -margin AS margin
  FROM step)
SELECT account, site, connection, key, occurred_at, currency,
  sum(revenue)::DECIMAL(18,4) AS revenue,
  CASE WHEN count(margin) = count(*) THEN sum(margin) END::DECIMAL(18,4) AS margin
FROM (FROM step UNION ALL FROM ended WHERE occurred_at IS NOT NULL)
GROUP BY ALL
HAVING sum(revenue) <> 0 OR sum(margin) <> 0 OR count(*) - count(margin) = 1;
