-- Question: for which look-back are all credits given from now on?
-- Parameters: $lookback_seconds
-- Columns: mart_credit_state
-- Owner: attribution
UPDATE mart_credit_state SET lookback_seconds = $lookback_seconds, complete = true
