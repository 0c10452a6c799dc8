-- Question: where do the facts lie? One append-only table a kind, and the batches that are in.
-- Parameters: none
-- Columns: the fields of ringtrail.core.facts; `batch` names the load, `received_at` the intake
-- Owner: ingest (loader)
CREATE TABLE loaded_batch (batch UUID PRIMARY KEY, rows BIGINT NOT NULL, loaded_at TIMESTAMP NOT NULL);

CREATE TABLE fact_site (
  fact_id UUID NOT NULL, batch UUID NOT NULL, account INTEGER NOT NULL, site INTEGER NOT NULL,
  occurred_at TIMESTAMP NOT NULL, received_at TIMESTAMP NOT NULL,
  name VARCHAR NOT NULL, timezone VARCHAR NOT NULL);

CREATE TABLE fact_visit (
  fact_id UUID NOT NULL, batch UUID NOT NULL, account INTEGER NOT NULL, site INTEGER NOT NULL,
  occurred_at TIMESTAMP NOT NULL, received_at TIMESTAMP NOT NULL,
  visit UUID NOT NULL, visitor UUID NOT NULL, landing VARCHAR NOT NULL, referrer VARCHAR,
  title VARCHAR, source VARCHAR NOT NULL, medium VARCHAR NOT NULL, campaign VARCHAR,
  content VARCHAR, term VARCHAR, channel VARCHAR NOT NULL, click_id_type VARCHAR,
  click_id VARCHAR, rule VARCHAR NOT NULL, language VARCHAR, timezone VARCHAR, screen VARCHAR,
  client_ids JSON, consent JSON, overflow BOOLEAN NOT NULL);

CREATE TABLE fact_page (
  fact_id UUID NOT NULL, batch UUID NOT NULL, account INTEGER NOT NULL, site INTEGER NOT NULL,
  occurred_at TIMESTAMP NOT NULL, received_at TIMESTAMP NOT NULL,
  visit UUID NOT NULL, url VARCHAR NOT NULL, title VARCHAR);

CREATE TABLE fact_lease (
  fact_id UUID NOT NULL, batch UUID NOT NULL, account INTEGER NOT NULL, site INTEGER NOT NULL,
  occurred_at TIMESTAMP NOT NULL, received_at TIMESTAMP NOT NULL,
  lease UUID NOT NULL, visit UUID NOT NULL, pool INTEGER NOT NULL, number VARCHAR NOT NULL);

CREATE TABLE fact_lease_closed (
  fact_id UUID NOT NULL, batch UUID NOT NULL, account INTEGER NOT NULL, site INTEGER NOT NULL,
  occurred_at TIMESTAMP NOT NULL, received_at TIMESTAMP NOT NULL,
  lease UUID NOT NULL, number VARCHAR NOT NULL, last_seen TIMESTAMP NOT NULL,
  held_until TIMESTAMP NOT NULL);

CREATE TABLE fact_call (
  fact_id UUID NOT NULL, batch UUID NOT NULL, account INTEGER NOT NULL, site INTEGER NOT NULL,
  occurred_at TIMESTAMP NOT NULL, received_at TIMESTAMP NOT NULL,
  key VARCHAR NOT NULL, call UUID NOT NULL, told_at TIMESTAMP NOT NULL, number VARCHAR NOT NULL,
  caller VARCHAR, direction VARCHAR NOT NULL, outcome VARCHAR NOT NULL,
  ring_seconds INTEGER NOT NULL, menu_seconds INTEGER NOT NULL, hold_seconds INTEGER NOT NULL,
  talk_seconds INTEGER NOT NULL);

CREATE TABLE fact_unknown_number (
  fact_id UUID NOT NULL, batch UUID NOT NULL, account INTEGER NOT NULL, site INTEGER NOT NULL,
  occurred_at TIMESTAMP NOT NULL, received_at TIMESTAMP NOT NULL,
  number VARCHAR NOT NULL, caller VARCHAR, connection VARCHAR NOT NULL);
