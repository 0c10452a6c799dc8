-- Question: what was the fit of this version?
-- Parameters: $version
-- Columns: fit
-- Owner: attribution
SELECT fit FROM match_fit WHERE version = $version
