-- Question: which visits may have made each call, and how likely is each?
-- Parameters: none
-- Columns: mart_candidate: a row a candidate and one for nobody (lease NULL); a call's sum to 1
-- Owner: attribution (match)
CREATE TABLE mart_candidate (
  account INTEGER NOT NULL, site INTEGER NOT NULL, call UUID NOT NULL, started_at TIMESTAMP NOT NULL,
  lease UUID, visit UUID, visitor UUID, on_site BOOLEAN, seconds DOUBLE, terms JSON NOT NULL,
  probability DOUBLE NOT NULL, fit VARCHAR NOT NULL);
ALTER TABLE mart_call ADD COLUMN probability DOUBLE;
