-- Question: when did the earliest of the dirty calls ring?
-- Parameters: none
-- Columns: rang_at
-- Owner: attribution
SELECT min(occurred_at) AS rang_at FROM call_now
