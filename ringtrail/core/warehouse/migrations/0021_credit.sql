-- What happened that a business counts, and what each touch before it gets, by each rule model.
CREATE TABLE mart_conversion (
  account INTEGER NOT NULL, site INTEGER NOT NULL, conversion UUID NOT NULL, kind VARCHAR NOT NULL,
  occurred_at TIMESTAMP NOT NULL, day DATE NOT NULL, visitor UUID, traffic INTEGER NOT NULL);

CREATE TABLE mart_credit (
  account INTEGER NOT NULL, site INTEGER NOT NULL, conversion UUID NOT NULL, kind VARCHAR NOT NULL,
  occurred_at TIMESTAMP NOT NULL, day DATE NOT NULL, touch UUID, touch_at TIMESTAMP, touch_day DATE NOT NULL,
  traffic INTEGER NOT NULL, weight_first DOUBLE NOT NULL, weight_last DOUBLE NOT NULL,
  weight_last_non_direct DOUBLE NOT NULL, weight_linear DOUBLE NOT NULL,
  weight_position DOUBLE NOT NULL, weight_w DOUBLE NOT NULL, weight_j DOUBLE NOT NULL,
  weight_inverse_j DOUBLE NOT NULL, weight_time_decay DOUBLE NOT NULL,
  weight_shapley DOUBLE NOT NULL);

-- Above every load: the first refresh after this step computes all of it.
CREATE TABLE mart_credit_state (lookback_seconds DOUBLE NOT NULL, complete BOOLEAN NOT NULL);
INSERT INTO mart_credit_state VALUES (7776000, false);
