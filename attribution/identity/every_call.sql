-- Question: which calls are there, for a rebuild?
-- Parameters: none
-- Columns: told_call: account, call
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE told_call AS SELECT account, call FROM mart_call
