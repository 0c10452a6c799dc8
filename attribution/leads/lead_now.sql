-- Question: what are these leads? When its person was qualified last decides.
-- Parameters: none (reads lead_event_now)
-- Columns: lead_now: those of mart_lead
-- Owner: attribution (leads)
CREATE OR REPLACE TEMP TABLE lead_now AS
SELECT e.account, e.site, e.lead, TRY_CAST(any_value(e.whose) AS UUID) AS person,
  min(m.occurred_at) AS occurred_at, arg_min(m.day, (m.occurred_at, m.event)) AS day,
  arg_min(m.kind, (m.occurred_at, m.event)) AS first_kind,
  arg_min(m.event, (m.occurred_at, m.event)) AS first_event, count(*)::INTEGER AS events,
  arg_max(m.qualified, (m.qualified_at, m.event)) FILTER (m.qualified IS NOT NULL) AS qualified,
  max(m.qualified_at) AS qualified_at
FROM lead_event_now e JOIN mart_mark m ON m.account = e.account AND m.event = e.event
GROUP BY e.account, e.site, e.lead
