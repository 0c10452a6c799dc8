-- Question: when did the earliest of the dirty calls ring, by whichever telling?
-- Parameters: none
-- Columns: rang_at, null where no call is dirty
-- Owner: attribution
SELECT min(occurred_at) AS rang_at FROM fact_call SEMI JOIN dirty_call USING (account, call)
