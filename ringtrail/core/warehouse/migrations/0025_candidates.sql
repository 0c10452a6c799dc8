-- Question: which visits may have made each call, and how likely is each? Which fit says so?
-- Parameters: none
-- Columns: mart_candidate: a row a candidate and one for nobody (lease NULL); a call's sum to 1.
--   mart_call.probability: of its own visit. match_fit_used: the newest row of a site is in force (site
--   NULL: of all sites without one of their own)
-- Owner: attribution (match)
CREATE TABLE mart_candidate (
  account INTEGER NOT NULL, site INTEGER NOT NULL, call UUID NOT NULL, started_at TIMESTAMP NOT NULL,
  lease UUID, visit UUID, visitor UUID, on_site BOOLEAN, seconds DOUBLE, terms JSON NOT NULL,
  probability DOUBLE NOT NULL, fit VARCHAR NOT NULL);
ALTER TABLE mart_call ADD COLUMN probability DOUBLE;
ALTER TABLE mart_call DROP COLUMN candidates;

CREATE SEQUENCE match_fit_use;
CREATE TABLE match_fit_used (
  use BIGINT PRIMARY KEY DEFAULT nextval('match_fit_use'), version VARCHAR NOT NULL, account INTEGER,
  site INTEGER, used_at TIMESTAMP NOT NULL, used_by VARCHAR NOT NULL);
