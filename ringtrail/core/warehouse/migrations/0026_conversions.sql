-- Question: what are conversions worth, and on which day does each basis count them?
-- Parameters: none
-- Columns: `counts` 0: a later change of a deal; `value` and `margin` in `currency`, the site's, NULL
--   with the reason in `problem`; `excluded`: why it counts nowhere
-- Owner: attribution (credit)
DROP TABLE mart_conversion;
CREATE TABLE mart_conversion (
  account INTEGER NOT NULL, site INTEGER NOT NULL, conversion UUID NOT NULL, kind VARCHAR NOT NULL,
  occurred_at TIMESTAMP NOT NULL, day DATE NOT NULL, person UUID, traffic INTEGER NOT NULL,
  lead_at TIMESTAMP, counts INTEGER NOT NULL, value DECIMAL(18,4), margin DECIMAL(18,4),
  currency VARCHAR(3), problem VARCHAR, excluded VARCHAR);

DROP TABLE mart_credit;
CREATE TABLE mart_credit (
  account INTEGER NOT NULL, site INTEGER NOT NULL, conversion UUID NOT NULL, kind VARCHAR NOT NULL,
  occurred_at TIMESTAMP NOT NULL, day DATE NOT NULL, lead_day DATE, touch UUID, touch_at TIMESTAMP,
  touch_day DATE NOT NULL, traffic INTEGER NOT NULL, counts INTEGER NOT NULL, value DECIMAL(18,4),
  margin DECIMAL(18,4), weight_first DOUBLE NOT NULL, weight_last DOUBLE NOT NULL,
  weight_last_non_direct DOUBLE NOT NULL, weight_linear DOUBLE NOT NULL,
  weight_position DOUBLE NOT NULL, weight_w DOUBLE NOT NULL, weight_j DOUBLE NOT NULL,
  weight_inverse_j DOUBLE NOT NULL, weight_time_decay DOUBLE NOT NULL,
  weight_shapley DOUBLE NOT NULL);
-- The next refresh computes all of it.
UPDATE mart_credit_state SET complete = false;
