-- Question: as what does each dirty contact count? Spam points are those of docs/leads.md.
-- Parameters: $spam_points
-- Columns: mark_now
-- Owner: attribution (leads)
INSERT INTO mark_now BY NAME
WITH telling AS (
  SELECT account, contact, coalesce(phone, lower(trim(email)), visitor::VARCHAR) AS node,
    rowid AS held, row_number() OVER (PARTITION BY account, contact
      ORDER BY told_at DESC, received_at DESC, fact_id) = 1 AS newest
  FROM fact_contact),
dirty_node AS (
  SELECT DISTINCT account, node FROM telling SEMI JOIN dirty_contact USING (account, contact)
  WHERE newest AND node IS NOT NULL),
-- All that a dirty one is compared with.
peer AS (
  SELECT c.*, t.node FROM fact_contact c JOIN (
    SELECT held, node FROM telling
    WHERE newest AND ((account, node) IN (SELECT (account, node) FROM dirty_node)
      OR (account, contact) IN (SELECT (account, contact) FROM dirty_contact))) t
    ON t.held = c.rowid),
grouped AS (
  SELECT *, row_number() OVER (PARTITION BY account, node ORDER BY occurred_at, contact) AS place,
    count(*) OVER (PARTITION BY account, node ORDER BY occurred_at
      RANGE BETWEEN INTERVAL 10 MINUTE PRECEDING AND INTERVAL 10 MINUTE FOLLOWING) AS close
  FROM peer),
scored AS (
  SELECT *, len(regexp_extract_all(message, '(?i)https?://(www\.)?|www\.')) AS links,
    node IS NULL AS unknown FROM grouped SEMI JOIN dirty_contact USING (account, contact)),
zone AS (
  SELECT site, arg_max(timezone, occurred_at) AS timezone FROM fact_site GROUP BY site),
local AS (
  SELECT s.*, timezone(coalesce(z.timezone, 'UTC'), timezone('UTC', s.occurred_at)) AS clock,
    [p FOR p IN [
      {'why': 'one_link', 'points': 30, 'so': s.links = 1},
      {'why': 'links', 'points': 60, 'so': s.links > 1},
      {'why': 'link_for_a_name', 'points': 60, 'so': regexp_matches(s.name, '(?i)https?://|www\.')},
      {'why': 'markup', 'points': 60, 'so': regexp_matches(s.message, '(?i)\[url|<a\s')},
      {'why': 'made_up', 'points': 40,
        'so': replace(right(s.phone, 7), right(s.phone, 1), '') = ''
          OR regexp_matches(s.email, '(?i)@(example\.(com|org|net)|test\.com)$')},
      {'why': 'flood', 'points': 60, 'so': NOT s.unknown AND s.close >= 5}] IF p.so] AS told
  FROM scored s LEFT JOIN zone z USING (site)),
marked AS (
  SELECT *, clock::DATE AS day,
    least(100, coalesce(list_sum([t.points FOR t IN told]), 0)) AS points FROM local)
SELECT s.account, s.site, s.contact AS event, 'contact' AS kind, s.occurred_at, s.day,
  NOT s.unknown AND s.place = 1 AS first_time, NOT s.unknown AND s.place > 1 AS repeat,
  false AS target,
  CASE WHEN h.hours IS NOT NULL THEN len([o
    FOR o IN string_split(coalesce(h.hours ->> isodow(s.clock)::VARCHAR, ''), ',')
    IF strftime(s.clock, '%H:%M') >= split_part(o, '-', 1)
      AND strftime(s.clock, '%H:%M') < split_part(o, '-', 2)]) > 0 END AS in_hours,
  q.qualified, q.decided_at AS qualified_at, s.points / 100 AS spam_score,
  to_json([t.why FOR t IN s.told]) AS reasons,
  CASE WHEN f.flag IS NOT NULL THEN nullif(f.flag, 'none') WHEN o.use IS NOT NULL THEN o.use
    WHEN s.points >= $spam_points THEN 'spam' END AS excluded
FROM marked s
LEFT JOIN site_rule_span h ON h.rule = 'hours' AND h.account = s.account AND h.site = s.site
  AND h.from_day <= s.day AND s.day < h.until_day
LEFT JOIN own_phone_span o ON o.account = s.account AND o.phone = s.phone
  AND o.from_day <= s.day AND s.day < o.until_day
LEFT JOIN standing_correction f ON f.action = 'flag' AND f.account = s.account
  AND f.event = s.contact
LEFT JOIN standing_correction q ON q.action = 'qualify' AND q.account = s.account
  AND q.event = s.contact
