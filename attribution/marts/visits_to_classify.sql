-- Question: what is known of where each visit came from, and what is it taken for at present?
-- Parameters: $since, $until (null: no limit; days of the site, both included)
-- Columns: account, site, visit, landing, referrer and the present source
-- Owner: attribution
WITH zone AS (
  SELECT site, arg_max(timezone, occurred_at) AS timezone FROM fact_site GROUP BY site),
visit AS (
  SELECT v.*,
    (timezone(coalesce(z.timezone, 'UTC'), timezone('UTC', v.occurred_at)))::DATE AS day
  FROM sourced_visit v LEFT JOIN zone z USING (site))
SELECT account, site, visit, landing, referrer, source, medium, campaign, content, term, channel,
  click_id_type, click_id
FROM visit WHERE ($since IS NULL OR day >= $since) AND ($until IS NULL OR day <= $until)
