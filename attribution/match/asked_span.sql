-- Question: when did the calls ring that are to be judged?
-- Parameters: none (reads ringing)
-- Columns: since, until (half open); both the beginning of time where there is none
-- Owner: attribution
SELECT coalesce(min(occurred_at), 'epoch') AS since,
  coalesce(max(occurred_at) + INTERVAL 1 MICROSECOND, 'epoch') AS until FROM ringing
