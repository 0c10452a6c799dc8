-- Question: where does it stand that nobody is another person than before?
-- Parameters: none
-- Columns: person_change: as person_change.sql has them, without a row
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE person_change (
  account INTEGER, node_kind node_kind, node VARCHAR, since TIMESTAMP, before UUID, after UUID)
