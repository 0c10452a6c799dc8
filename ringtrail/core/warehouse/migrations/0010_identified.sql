-- Question: as whom did a page know its visitor?
-- Parameters: none
-- Columns: see ringtrail.core.facts
-- Owner: ingest (facts)
CREATE TABLE fact_identified (
  fact_id UUID NOT NULL, batch UUID NOT NULL, account INTEGER NOT NULL, site INTEGER NOT NULL,
  occurred_at TIMESTAMP NOT NULL, received_at TIMESTAMP NOT NULL,
  visit UUID NOT NULL, visitor UUID NOT NULL, phone VARCHAR, email VARCHAR, customer VARCHAR);
