-- Question: as what does each dirty inbound call count? Spam points are those of docs/leads.md.
-- Parameters: $rang_at (the earliest of them), $target_seconds (where a site has no rule), $spam_points
-- Columns: mark_now
-- Owner: attribution (leads)
INSERT INTO mark_now BY NAME
WITH ring AS (
  SELECT account, site, call, started_at, day, number, caller, outcome, first_time, talk_seconds,
    ring_seconds + menu_seconds + hold_seconds AS waited FROM matched_call
  WHERE direction = 'inbound'),
near AS (
  SELECT account, call, caller, number, started_at, outcome, talk_seconds, waited FROM ring
  WHERE caller IS NOT NULL
  UNION ALL
  SELECT account, call, caller, number, started_at, outcome, talk_seconds,
    ring_seconds + menu_seconds + hold_seconds
  FROM mart_call
  WHERE started_at >= $rang_at::TIMESTAMP - INTERVAL 1 HOUR AND direction = 'inbound'
    AND caller IN (SELECT caller FROM ring)
    AND (account, call) NOT IN (SELECT (account, call) FROM dirty_call)),
-- Short: somebody answered and was not talked to, or nobody could have in the time.
judged AS (
  SELECT *, talk_seconds < 10 AND outcome = 'answered' OR outcome = 'abandoned' AND waited < 5
    AS short, outcome = 'answered' AND talk_seconds < 30 AS played FROM near),
burst AS (
  SELECT account, call, count(DISTINCT number) FILTER (short) OVER minutes AS numbers,
    count(*) FILTER (short) OVER hour AS shorts, count(*) FILTER (played) OVER hour AS plays,
    max(talk_seconds) FILTER (played) OVER hour - min(talk_seconds) FILTER (played) OVER hour AS width
  FROM judged
  WINDOW minutes AS (PARTITION BY account, caller ORDER BY started_at
      RANGE BETWEEN INTERVAL 10 MINUTE PRECEDING AND INTERVAL 10 MINUTE FOLLOWING),
    hour AS (PARTITION BY account, caller ORDER BY started_at
      RANGE BETWEEN INTERVAL 30 MINUTE PRECEDING AND INTERVAL 30 MINUTE FOLLOWING)),
scored AS (
  SELECT r.*, [s FOR s IN [
    {'why': 'withheld_silent', 'points': 30,
      'so': r.caller IS NULL AND r.talk_seconds = 0 AND r.outcome <> 'voicemail'},
    {'why': 'gone_at_once', 'points': 20, 'so': r.outcome = 'abandoned' AND r.waited < 3},
    {'why': 'impossible_caller', 'points': 40,
      'so': NOT regexp_full_match(r.caller, '\+[1-9][0-9]{6,14}')},
    {'why': 'many_numbers', 'points': 60, 'so': b.numbers >= 3},
    {'why': 'many_short', 'points': 40, 'so': b.shorts >= 5},
    {'why': 'played', 'points': 40, 'so': b.plays >= 3 AND b.width <= 1}] IF s.so] AS told
  FROM ring r LEFT JOIN burst b USING (account, call)),
zone AS (
  SELECT site, arg_max(timezone, occurred_at) AS timezone FROM fact_site GROUP BY site),
local AS (
  SELECT s.*, timezone(coalesce(z.timezone, 'UTC'), timezone('UTC', s.started_at)) AS clock,
    least(100, coalesce(list_sum([t.points FOR t IN s.told]), 0)) AS points
  FROM scored s LEFT JOIN zone z USING (site))
SELECT s.account, s.site, s.call AS event, 'call' AS kind, s.started_at AS occurred_at, s.day,
  s.first_time, s.caller IS NOT NULL AND NOT s.first_time AS repeat,
  s.talk_seconds >= coalesce(t.target_seconds, $target_seconds) AS target,
  CASE WHEN h.hours IS NOT NULL THEN len([o
    FOR o IN string_split(coalesce(h.hours ->> isodow(s.clock)::VARCHAR, ''), ',')
    IF strftime(s.clock, '%H:%M') >= split_part(o, '-', 1)
      AND strftime(s.clock, '%H:%M') < split_part(o, '-', 2)]) > 0 END AS in_hours,
  q.qualified, q.decided_at AS qualified_at, s.points / 100 AS spam_score,
  to_json([t.why FOR t IN s.told]) AS reasons,
  CASE WHEN f.flag IS NOT NULL THEN nullif(f.flag, 'none') WHEN o.use IS NOT NULL THEN o.use
    WHEN s.points >= $spam_points THEN 'spam' END AS excluded
FROM local s
LEFT JOIN site_rule_span t ON t.rule = 'target_seconds' AND t.account = s.account
  AND t.site = s.site AND t.from_day <= s.day AND s.day < t.until_day
LEFT JOIN site_rule_span h ON h.rule = 'hours' AND h.account = s.account AND h.site = s.site
  AND h.from_day <= s.day AND s.day < h.until_day
LEFT JOIN own_phone_span o ON o.account = s.account AND o.phone = s.caller
  AND o.from_day <= s.day AND s.day < o.until_day
LEFT JOIN standing_correction f ON f.action = 'flag' AND f.account = s.account AND f.event = s.call
LEFT JOIN standing_correction q ON q.action = 'qualify' AND q.account = s.account
  AND q.event = s.call
