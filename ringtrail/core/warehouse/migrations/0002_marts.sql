-- Question: what do the first pages read? Derived tables, rebuildable from the facts.
-- Parameters: none
-- Columns: see attribution/marts/*.sql, which fill them
-- Owner: attribution
CREATE SEQUENCE traffic_id;
-- The dictionary outlives rebuilds, so that a rebuilt mart carries the same small integers.
CREATE TABLE mart_traffic (
  traffic INTEGER PRIMARY KEY DEFAULT nextval('traffic_id'), account INTEGER NOT NULL,
  channel VARCHAR NOT NULL, source VARCHAR NOT NULL, medium VARCHAR NOT NULL, campaign VARCHAR);

CREATE TABLE mart_call (
  account INTEGER NOT NULL, site INTEGER NOT NULL, call UUID NOT NULL, key VARCHAR NOT NULL,
  started_at TIMESTAMP NOT NULL, day DATE NOT NULL, number VARCHAR NOT NULL, caller VARCHAR,
  direction VARCHAR NOT NULL, outcome VARCHAR NOT NULL, first_time BOOLEAN NOT NULL,
  ring_seconds INTEGER NOT NULL, menu_seconds INTEGER NOT NULL, hold_seconds INTEGER NOT NULL,
  talk_seconds INTEGER NOT NULL, match VARCHAR NOT NULL, candidates JSON NOT NULL,
  lease UUID, visit UUID, visitor UUID, touch UUID, channel VARCHAR NOT NULL,
  source VARCHAR NOT NULL, medium VARCHAR NOT NULL, campaign VARCHAR, content VARCHAR,
  term VARCHAR, click_id_type VARCHAR, click_id VARCHAR, landing VARCHAR,
  traffic INTEGER NOT NULL);

CREATE TABLE mart_day (
  account INTEGER NOT NULL, site INTEGER NOT NULL, day DATE NOT NULL, traffic INTEGER NOT NULL,
  visits BIGINT NOT NULL, overflows BIGINT NOT NULL, calls BIGINT NOT NULL,
  answered BIGINT NOT NULL, missed BIGINT NOT NULL, first_time BIGINT NOT NULL,
  attributed BIGINT NOT NULL, wait_seconds BIGINT NOT NULL, talk_seconds BIGINT NOT NULL);
