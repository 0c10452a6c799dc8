-- Question: what are the dirty conversions now? Inbound calls, contacts by their newest telling, changes
-- of deals, leads.
-- Parameters: none
-- Columns: mart_conversion. A call is of the person of its phone, or else of its visitor's where the match
--   is sure. `lead_at`: of a call and a contact the lead that it is of; of a deal the newest one of its
--   person up to the sale, on whichever site. `as_call`: a lead is divided as the call that made it, and so
--   is the deal of somebody whom no browser is known of. Reads deal_now.
-- Owner: attribution
INSERT INTO mart_conversion BY NAME
WITH zone AS (
  SELECT site, arg_max(timezone, occurred_at) AS timezone FROM fact_site GROUP BY site),
nobody AS (
  SELECT account, traffic AS nobody FROM mart_traffic WHERE channel = 'Unattributed'
    AND source = '(unknown)' AND medium = '(unknown)' AND campaign IS NULL),
contact AS (
  SELECT c.* FROM fact_contact c
  SEMI JOIN dirty_conversion d ON d.account = c.account AND d.conversion = c.contact
  QUALIFY row_number() OVER (
    PARTITION BY c.account, c.contact ORDER BY c.told_at DESC, c.fact_id DESC) = 1),
told AS (
  SELECT c.account, c.site, c.call AS conversion, 'call' AS kind, c.started_at AS occurred_at, c.day,
    c.started_at AS journey_at, 1 AS counts, 'phone' AS node_kind,
    CASE WHEN c.presentation = 'allowed' THEN c.caller END AS node,
    CASE WHEN c.match = 'lease' THEN c.visitor END AS visitor, NULL::UUID AS person,
    c.call AS as_call
  FROM mart_call c SEMI JOIN dirty_conversion d ON d.account = c.account AND d.conversion = c.call
  WHERE c.direction = 'inbound'
  UNION ALL BY NAME
  SELECT c.account, c.site, c.contact AS conversion, 'contact' AS kind, c.occurred_at,
    (timezone(coalesce(z.timezone, 'UTC'), timezone('UTC', c.occurred_at)))::DATE AS day,
    c.occurred_at AS journey_at, 1 AS counts, 'contact' AS node_kind, c.contact::VARCHAR AS node,
    c.visitor
  FROM contact c LEFT JOIN zone z USING (site)
  UNION ALL BY NAME
  SELECT l.account, l.site, l.lead AS conversion, 'lead' AS kind, l.occurred_at, l.day,
    l.occurred_at AS journey_at, 1 AS counts, l.person,
    CASE WHEN l.first_kind = 'call' THEN l.first_event END AS as_call
  FROM mart_lead l SEMI JOIN dirty_conversion d ON d.account = l.account AND d.conversion = l.lead
  UNION ALL BY NAME
  SELECT d.*, 'deal' AS kind, 'deal' AS node_kind, deal AS node FROM deal_now d
  SEMI JOIN dirty_conversion USING (account, conversion)),
-- Two plain comparisons: an OR between the two would be joined row by row.
named AS (
  SELECT account, node_kind::VARCHAR AS node_kind, node, person, coalesce(until, 'infinity') AS until,
    CASE WHEN until IS NULL THEN '-infinity' ELSE since END AS since
  FROM mart_person WHERE node_kind IN ('phone', 'contact', 'deal')),
known AS MATERIALIZED (
  SELECT t.* EXCLUDE (node_kind, node, visitor, person),
    coalesce(t.person, p.person, c.person, t.visitor) AS person,
    k.excluded
  FROM told t
  LEFT JOIN named p ON p.account = t.account AND p.node_kind = t.node_kind AND p.node = t.node
    AND p.since <= t.occurred_at AND p.until > t.occurred_at
  LEFT JOIN mart_person c ON c.account = t.account AND c.node_kind = 'cookie'
    AND c.node = t.visitor::VARCHAR
  LEFT JOIN mart_mark k ON k.account = t.account AND k.event = t.conversion),
led AS (
  SELECT k.account, k.conversion, max({'at': l.occurred_at, 'lead': l.lead,
    'call': CASE WHEN l.first_kind = 'call' THEN l.first_event END}) AS newest
  FROM known k JOIN mart_lead l ON l.account = k.account AND l.person = k.person
    AND l.occurred_at <= k.journey_at
  WHERE k.kind = 'deal' GROUP BY k.account, k.conversion),
own AS (
  SELECT e.account, e.event AS conversion, l.occurred_at AS lead_at
  FROM (FROM mart_lead_event e SEMI JOIN dirty_conversion d
    ON d.account = e.account AND d.conversion = e.event) e JOIN mart_lead l USING (account, lead)),
browser AS (
  SELECT DISTINCT account, person FROM mart_person
  WHERE node_kind = 'cookie' AND person IN (SELECT person FROM known WHERE kind = 'deal')),
dated AS (
  SELECT k.* EXCLUDE (as_call), CASE k.kind WHEN 'deal' THEN l.newest.at WHEN 'lead' THEN k.occurred_at
    ELSE o.lead_at END AS lead_at,
    CASE WHEN k.kind <> 'deal' THEN k.as_call WHEN b.person IS NULL THEN l.newest.call END
      AS as_call
  FROM known k LEFT JOIN led l USING (account, conversion)
  LEFT JOIN own o USING (account, conversion)
  LEFT JOIN browser b ON b.account = k.account AND b.person = k.person)
SELECT d.*, coalesce(c.traffic, n.nobody) AS traffic
FROM dated d JOIN nobody n USING (account)
LEFT JOIN mart_call c ON c.account = d.account AND c.call = d.as_call AND c.match = 'static'
ORDER BY d.occurred_at
