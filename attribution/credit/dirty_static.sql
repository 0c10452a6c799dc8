-- Question: which conversions have such a call within their look-back?
-- Parameters: $lookback_seconds
-- Columns: dirty_conversion. Reads static_change.
-- Owner: attribution
INSERT INTO dirty_conversion
SELECT s.account, s.conversion FROM mart_share s JOIN static_change c USING (account, person)
WHERE s.journey_at BETWEEN c."at" AND c."at" + to_seconds($lookback_seconds)
