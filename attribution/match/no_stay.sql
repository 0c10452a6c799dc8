-- Question: where is it put, who held which number?
-- Parameters: none
-- Columns: stay: account, site, pool, number, lease, visit, visitor (NULL while the visit is not loaded),
--   person (the visitor, or the visit while it is not loaded), drawn, audit, opened_at (not before the
--   visit began), last_seen (for who is still there the end of the time that was asked about), held_until,
--   ended (from when on the visit is no candidate), closed
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE stay (
  account INTEGER, site INTEGER, pool INTEGER, number VARCHAR, lease UUID, visit UUID, visitor UUID,
  person UUID, drawn BOOLEAN, audit BOOLEAN, opened_at TIMESTAMP, last_seen TIMESTAMP,
  held_until TIMESTAMP, ended TIMESTAMP, closed BOOLEAN)
