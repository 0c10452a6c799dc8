-- Question: which calls may name somebody else than before? Those whose row in mart_call is new.
-- Parameters: none (reads dirty_call)
-- Columns: told_call: account, call
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE told_call AS SELECT account, call FROM dirty_call
