-- Question: on which site days do the dirty calls stand now?
-- Parameters: none
-- Columns: account, site, day
-- Owner: attribution
INSERT INTO dirty_day
SELECT DISTINCT account, site, day FROM call_now ANTI JOIN dirty_day USING (account, site, day)
