-- Question: which visits does each campaign that cost something belong to, and how do we know?
-- Parameters: none
-- Columns: mart_spend_campaign; `channel` NULL where no visit tells it; `joined`: alias, id, name,
--   template, none
-- Owner: attribution (money)
-- One row a campaign, so that no cost is counted twice. What a person said (an alias of this one
-- campaign) comes first. Where several visits fit, those of the spend's own source and medium do,
-- then those seen first: later visits never move a cost.
WITH spent AS (
  SELECT DISTINCT account, site, connection, source, medium, campaign_id, campaign FROM fact_spend),
visited AS (
  SELECT d.account, d.site, t.channel, t.source, t.medium, t.campaign, min(d.day) AS since,
    trim(regexp_replace(lower(nfc_normalize(t.campaign)), '[\s_+-]+', ' ', 'g')) AS plain
  FROM mart_day d JOIN mart_traffic t ON t.account = d.account AND t.traffic = d.traffic
  WHERE d.visits > 0 AND t.campaign IS NOT NULL GROUP BY ALL),
aliased AS (
  SELECT s.*, coalesce(a.source, s.source) AS as_source, coalesce(a.medium, s.medium) AS as_medium,
    replace(replace(a.campaign, '{campaign_id}', coalesce(s.campaign_id, '')),
      '{campaign}', coalesce(s.campaign, '')) AS as_campaign,
    a.of = '*' AS template, a.source IS NOT NULL AS source_told, a.medium IS NOT NULL AS medium_told,
    a.of = s.campaign_id AS by_id
  FROM spent s JOIN newest_spend_alias a ON a.account = s.account AND a.site = s.site
    AND a.connection = s.connection
    AND (a.of = s.campaign_id OR a.of = s.campaign OR a.of = '*')
    AND (s.campaign_id IS NOT NULL OR NOT contains(a.campaign, '{campaign_id}'))
    AND (s.campaign IS NOT NULL OR NOT contains(a.campaign, '{campaign}'))),
candidate AS (
  SELECT a.* EXCLUDE (as_source, as_medium, as_campaign, template, source_told, medium_told, by_id),
    CASE WHEN by_id THEN 0 ELSE 1 END AS rank, 'alias' AS joined, v.channel,
    coalesce(v.source, as_source) AS v_source, coalesce(v.medium, as_medium) AS v_medium,
    as_campaign AS v_campaign, v.since
  FROM aliased a LEFT JOIN visited v ON v.account = a.account AND v.site = a.site
    AND v.campaign = as_campaign AND v.source = as_source
    AND (v.medium = as_medium OR NOT medium_told)
  WHERE NOT template
  UNION ALL
  -- An id of six letters is of one advertising system, whatever visits call the source.
  SELECT s.*, 2, 'id', v.channel, v.source, v.medium, v.campaign, v.since
  FROM spent s JOIN visited v ON v.account = s.account AND v.site = s.site
    AND v.campaign = s.campaign_id
  WHERE lower(v.source) = lower(s.source) OR length(s.campaign_id) >= 6
  UNION ALL
  SELECT s.*, 3, 'name', v.channel, v.source, v.medium, v.campaign, v.since
  FROM spent s JOIN visited v ON v.account = s.account AND v.site = s.site
    AND lower(v.source) = lower(s.source)
    AND v.plain = trim(regexp_replace(lower(nfc_normalize(s.campaign)), '[\s_+-]+', ' ', 'g'))
  UNION ALL
  SELECT a.* EXCLUDE (as_source, as_medium, as_campaign, template, source_told, medium_told, by_id),
    4, 'template', v.channel, v.source, v.medium, v.campaign, v.since
  FROM aliased a JOIN visited v ON v.account = a.account AND v.site = a.site
    AND v.campaign = as_campaign AND lower(v.source) = lower(as_source)
    AND (v.medium = as_medium OR NOT medium_told)
  WHERE template
  UNION ALL
  SELECT s.*, 5, 'none', NULL, s.source, s.medium, coalesce(s.campaign, s.campaign_id), NULL
  FROM spent s)
SELECT account, site, connection, source AS spend_source, medium AS spend_medium, campaign_id,
  campaign AS spend_campaign, channel, v_source AS source, v_medium AS medium,
  v_campaign AS campaign, joined
FROM candidate
QUALIFY row_number() OVER (
  PARTITION BY account, site, connection, source, medium, campaign_id, campaign
  ORDER BY rank, lower(v_source) = lower(source) DESC, v_medium = medium DESC,
    v_campaign IS NOT DISTINCT FROM campaign DESC, since NULLS LAST, v_source, v_medium, v_campaign,
    channel) = 1
ORDER BY ALL
