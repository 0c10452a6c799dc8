-- Question: which calls and contacts are marked anew? With everything those, too, that no fact tells of any
-- more.
-- Parameters: $everything (reads dirty_call, mark_now)
-- Columns: dirty_mark: account, event
-- Owner: attribution (leads)
CREATE OR REPLACE TEMP TABLE dirty_mark AS
SELECT account, call AS event FROM dirty_call UNION SELECT account, event FROM mark_now
UNION SELECT account, event FROM mart_mark WHERE $everything
