-- Question: whose conversions lie after the first visit of a batch?
-- Parameters: $visited_since
-- Columns: near_share: account, conversion, journey_at, person
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE near_share AS
SELECT account, conversion, journey_at, person FROM mart_share
WHERE journey_at >= $visited_since AND person IS NOT NULL
