-- Question: which fits of the match were made, and when did a visitor click a number?
-- Parameters: none
-- Columns: `match_fit.fit` is a whole fit, frozen (attribution.match); site NULL: of all sites together
-- Owner: attribution (match_fit), ingest (fact_click)
CREATE TABLE match_fit (
  version VARCHAR PRIMARY KEY, account INTEGER, site INTEGER, since TIMESTAMP NOT NULL,
  until TIMESTAMP NOT NULL, fit JSON NOT NULL);

CREATE TABLE fact_click (
  fact_id UUID NOT NULL, batch UUID NOT NULL, account INTEGER NOT NULL, site INTEGER NOT NULL,
  occurred_at TIMESTAMP NOT NULL, received_at TIMESTAMP NOT NULL,
  visit UUID NOT NULL, lease UUID NOT NULL);
