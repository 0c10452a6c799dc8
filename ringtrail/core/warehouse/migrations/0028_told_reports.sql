-- Question: what was told in each report that left the house, and by what was it computed?
-- Parameters: none
-- Columns: told_report: `load` is the batch up to which the marts held the facts; told_credit: a row a
--   conversion and traffic, `weight` what it got within the period, `judged` how a call found its visit,
--   `deal` its node in mart_person, `event` the call or contact that it is or began with;
--   told_day: a row a site's day and traffic, `cost` in the reporting currency
-- Owner: attribution (replay)
CREATE TABLE told_report (
  report UUID PRIMARY KEY, account INTEGER NOT NULL, sites INTEGER[] NOT NULL, since DATE NOT NULL,
  until DATE NOT NULL, model VARCHAR NOT NULL, basis VARCHAR NOT NULL, version VARCHAR NOT NULL,
  channel_rules VARCHAR NOT NULL, fits VARCHAR[] NOT NULL, lookback_seconds DOUBLE NOT NULL,
  load BIGINT NOT NULL, told_at TIMESTAMP NOT NULL, told_to VARCHAR NOT NULL,
  currency VARCHAR(3));

CREATE TABLE told_credit (
  report UUID NOT NULL, account INTEGER NOT NULL, site INTEGER NOT NULL, conversion UUID NOT NULL,
  kind VARCHAR NOT NULL, traffic INTEGER NOT NULL, weight DOUBLE NOT NULL, counts INTEGER NOT NULL,
  value DECIMAL(18,4), margin DECIMAL(18,4), person UUID, judged VARCHAR, deal VARCHAR, event UUID);

CREATE TABLE told_day (
  report UUID NOT NULL, account INTEGER NOT NULL, site INTEGER NOT NULL, day DATE NOT NULL,
  traffic INTEGER NOT NULL, visits BIGINT NOT NULL, cost DECIMAL(18,4) NOT NULL);
