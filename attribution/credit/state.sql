-- Question: for which look-back were the credits given, and for all conversions?
-- Parameters: none
-- Columns: lookback_seconds, complete
-- Owner: attribution
SELECT lookback_seconds, complete FROM mart_credit_state
