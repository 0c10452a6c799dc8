-- Question: who left a way to be reached, by what, and from which source?
-- Parameters: $account, $sites, $since, $until
-- Columns: a row a contact, its newest telling, the source of its visit, times in the site's zone
-- Owner: attribution
WITH zone AS (
  SELECT site, arg_max(timezone, occurred_at) AS timezone FROM fact_site
  WHERE account = $account GROUP BY site),
newest AS (
  SELECT * FROM fact_contact WHERE account = $account AND list_contains($sites, site)
  QUALIFY row_number() OVER (PARTITION BY site, key ORDER BY told_at DESC, fact_id) = 1),
dated AS (
  SELECT n.*, coalesce(z.timezone, 'UTC') AS timezone,
    (timezone(coalesce(z.timezone, 'UTC'), timezone('UTC', n.occurred_at)))::DATE AS day
  FROM newest n LEFT JOIN zone z USING (site))
SELECT d.occurred_at AS started_at, d.timezone, d.contact, d.way, d.vendor, d.form, d.phone, d.email,
  d.name, d.message, d.page, d.fields::VARCHAR AS fields, d.visit, d.visitor,
  v.channel, v.source, v.medium, v.campaign, v.content, v.term, v.click_id_type, v.click_id,
  CASE WHEN v.click_id_type = 'gclid' THEN v.click_id END AS gclid, v.landing
FROM dated d LEFT JOIN sourced_visit v
  ON v.account = d.account AND v.site = d.site AND v.visit = d.visit
WHERE d.day BETWEEN $since AND $until
