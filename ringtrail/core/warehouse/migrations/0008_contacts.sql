-- Question: who left a way to be reached, by what, on which page?
-- Parameters: none
-- Columns: see ringtrail.core.facts
-- Owner: ingest (facts)
CREATE TABLE fact_contact (
  fact_id UUID NOT NULL, batch UUID NOT NULL, account INTEGER NOT NULL, site INTEGER NOT NULL,
  occurred_at TIMESTAMP NOT NULL, received_at TIMESTAMP NOT NULL,
  key VARCHAR NOT NULL, contact UUID NOT NULL, told_at TIMESTAMP NOT NULL, way VARCHAR NOT NULL,
  vendor VARCHAR NOT NULL, form VARCHAR, phone VARCHAR, email VARCHAR, name VARCHAR,
  message VARCHAR, page VARCHAR, visit UUID, visitor UUID, fields JSON);
