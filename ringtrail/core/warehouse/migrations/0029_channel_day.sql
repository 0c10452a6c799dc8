-- The counts of mart_day by channel: a chart, or a period to compare with, needs no campaign of it, and
-- of these rows there are a hundred times fewer. Kept by attribution.upkeep.
CREATE TABLE mart_channel_day (
  account INTEGER NOT NULL, site INTEGER NOT NULL, day DATE NOT NULL, channel VARCHAR NOT NULL,
  visits BIGINT NOT NULL, overflows BIGINT NOT NULL, calls BIGINT NOT NULL,
  answered BIGINT NOT NULL, missed BIGINT NOT NULL, first_time BIGINT NOT NULL,
  attributed BIGINT NOT NULL, wait_seconds BIGINT NOT NULL, talk_seconds BIGINT NOT NULL,
  excluded BIGINT NOT NULL);
INSERT INTO mart_channel_day BY NAME
SELECT account, site, day, channel, sum(visits)::BIGINT AS visits,
  sum(overflows)::BIGINT AS overflows, sum(calls)::BIGINT AS calls,
  sum(answered)::BIGINT AS answered, sum(missed)::BIGINT AS missed,
  sum(first_time)::BIGINT AS first_time, sum(attributed)::BIGINT AS attributed,
  sum(wait_seconds)::BIGINT AS wait_seconds, sum(talk_seconds)::BIGINT AS talk_seconds,
  coalesce(sum(excluded), 0)::BIGINT AS excluded
FROM mart_day JOIN mart_traffic USING (account, traffic)
GROUP BY ALL ORDER BY site, day, channel;
