-- Question: which campaigns were joined before? They are joined anew.
-- Parameters: none
-- Columns: mart_spend_campaign
-- Owner: attribution (money)
DELETE FROM mart_spend_campaign
