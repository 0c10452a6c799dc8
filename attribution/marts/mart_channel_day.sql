-- Question: what are the counts of site days with the change, by channel?
-- Parameters: none
-- Columns: mart_channel_day
-- Owner: attribution
MERGE INTO mart_channel_day AS held USING (
  SELECT account, site, day, channel, sum(visits)::BIGINT AS visits,
    sum(overflows)::BIGINT AS overflows, sum(calls)::BIGINT AS calls,
    sum(answered)::BIGINT AS answered, sum(missed)::BIGINT AS missed,
    sum(first_time)::BIGINT AS first_time, sum(attributed)::BIGINT AS attributed,
    sum(wait_seconds)::BIGINT AS wait_seconds, sum(talk_seconds)::BIGINT AS talk_seconds,
    sum(excluded)::BIGINT AS excluded
  FROM change GROUP BY ALL ORDER BY site, day, channel) AS more
ON held.account = more.account AND held.site = more.site AND held.day = more.day
  AND held.channel = more.channel
WHEN MATCHED AND held.visits + more.visits = 0 AND held.calls + more.calls = 0
  AND held.excluded + more.excluded = 0 THEN DELETE
WHEN MATCHED THEN UPDATE SET visits = held.visits + more.visits,
  overflows = held.overflows + more.overflows, calls = held.calls + more.calls,
  answered = held.answered + more.answered, missed = held.missed + more.missed,
  first_time = held.first_time + more.first_time, attributed = held.attributed + more.attributed,
  wait_seconds = held.wait_seconds + more.wait_seconds,
  talk_seconds = held.talk_seconds + more.talk_seconds, excluded = held.excluded + more.excluded
WHEN NOT MATCHED AND (more.visits <> 0 OR more.calls <> 0 OR more.excluded <> 0)
  THEN INSERT BY NAME
