-- Question: whose was each number and what did it stand for; which pool overflowed; which leases are audits?
-- Parameters: none
-- Columns: see ringtrail.core.facts
-- Owner: ingest (facts)
ALTER TABLE fact_lease ADD COLUMN drawn BOOLEAN DEFAULT false;
ALTER TABLE fact_lease ADD COLUMN audit BOOLEAN DEFAULT false;

CREATE TABLE fact_pool_overflow (
  fact_id UUID NOT NULL, batch UUID NOT NULL, account INTEGER NOT NULL, site INTEGER NOT NULL,
  occurred_at TIMESTAMP NOT NULL, received_at TIMESTAMP NOT NULL,
  visit UUID NOT NULL, pool INTEGER NOT NULL);

CREATE TABLE fact_number_owned (
  fact_id UUID NOT NULL, batch UUID NOT NULL, account INTEGER NOT NULL, site INTEGER NOT NULL,
  occurred_at TIMESTAMP NOT NULL, received_at TIMESTAMP NOT NULL,
  number VARCHAR NOT NULL, role VARCHAR NOT NULL, pool INTEGER, since TIMESTAMP NOT NULL,
  until TIMESTAMP, channel VARCHAR, source VARCHAR, medium VARCHAR, campaign VARCHAR);
