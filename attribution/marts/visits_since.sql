-- Question: when did the earliest visit begin that may be a dirty call's touch?
-- Parameters: none
-- Columns: visited_at, null where no visit called
-- Owner: attribution
SELECT min(visited_at) - INTERVAL 90 DAY AS visited_at FROM call_holder
