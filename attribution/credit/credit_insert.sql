-- Question: what does each touch of an account's dirty conversions get?
-- Parameters: $account; $kind, $since, $until (of the conversions; $kind null: all)
-- Columns: mart_credit; what falls to nobody's touch is one row on the conversion's own traffic and day
-- Owner: attribution
INSERT INTO mart_credit BY NAME
WITH zone AS (
  SELECT site, arg_max(timezone, occurred_at) AS timezone FROM fact_site GROUP BY site),
-- The day once a conversion, not for each of its touches: to read a clock costs much.
told AS MATERIALIZED (
  SELECT m.*, (timezone(coalesce(z.timezone, 'UTC'), timezone('UTC', m.lead_at)))::DATE AS lead_day
  FROM mart_conversion m LEFT JOIN zone z USING (site)
  WHERE m.account = $account AND m.conversion IN (SELECT divided FROM conversion)
    AND ($kind IS NULL OR (m.kind = $kind AND m.occurred_at BETWEEN $since AND $until))),
own AS (SELECT * FROM conversion WHERE divided IN (SELECT conversion FROM told)),
weight AS (
  SELECT c.divided, w.touch, c.share * COLUMNS('^weight_')
  FROM weighed w JOIN own c USING (conversion)),
-- The touches stand first: what stands last is held in memory, and is of these conversions alone.
given AS (
  SELECT g.divided, t.person, g.touch, t."at" AS touch_at, t.day AS touch_day, t.traffic,
    COLUMNS('^weight_')
  FROM touch t JOIN (FROM weight WHERE touch IS NOT NULL) g USING (touch)
  UNION ALL BY NAME
  SELECT divided, sum(COLUMNS('^weight_')) FROM weight WHERE touch IS NULL GROUP BY divided)
SELECT m.account, m.site, m.conversion, m.kind, m.occurred_at, m.day, m.lead_day, g.person,
  g.touch, g.touch_at, coalesce(g.touch_day, m.day) AS touch_day,
  coalesce(g.traffic, m.traffic) AS traffic, m.counts, m.value, m.margin, COLUMNS('^weight_')
FROM given g JOIN told m ON m.conversion = g.divided
-- Kinds lie together, so that who asks for deals alone passes most blocks of the table over.
ORDER BY m.kind, m.occurred_at, m.conversion, g.touch
