-- Question: which calls and contacts are marked anew?
-- Parameters: none (reads dirty_call, mark_now)
-- Columns: dirty_mark: account, event
-- Owner: attribution (leads)
CREATE OR REPLACE TEMP TABLE dirty_mark AS
SELECT account, call AS event FROM dirty_call UNION SELECT account, event FROM mark_now
