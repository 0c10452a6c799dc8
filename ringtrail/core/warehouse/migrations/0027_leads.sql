-- Question: which calls and contacts are leads, which are left out and why, what did people correct?
-- Parameters: none
-- Columns: see attribution (leads), which fills the marts
-- Owner: attribution (leads)
CREATE TABLE mart_mark (
  account INTEGER NOT NULL, site INTEGER NOT NULL, event UUID NOT NULL, kind VARCHAR NOT NULL,
  day DATE NOT NULL, first_time BOOLEAN NOT NULL, repeat BOOLEAN NOT NULL, target BOOLEAN NOT NULL,
  qualified BOOLEAN, spam_score DOUBLE NOT NULL, reasons JSON NOT NULL, excluded VARCHAR);

CREATE TABLE mart_lead (
  account INTEGER NOT NULL, site INTEGER NOT NULL, lead UUID NOT NULL, person UUID,
  occurred_at TIMESTAMP NOT NULL, day DATE NOT NULL, first_kind VARCHAR NOT NULL,
  first_event UUID NOT NULL, qualified BOOLEAN, qualified_at TIMESTAMP, excluded VARCHAR);
