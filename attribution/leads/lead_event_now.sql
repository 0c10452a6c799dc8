-- Question: which lead is each of these calls and contacts of? A person's first one on a site begins a lead;
-- the first that is as many days later as the site's rule says begins the next.
-- Parameters: $lead_days (where a site has no rule) (reads asked_event, whose_event)
-- Columns: lead_event_now: those of mart_lead_event
-- Owner: attribution (leads)
CREATE OR REPLACE TEMP TABLE lead_event_now AS
WITH RECURSIVE own AS (
  FROM whose_event
  UNION ALL
  SELECT account, site, event, whose FROM mart_lead_event
  SEMI JOIN whose_event USING (account, whose) ANTI JOIN asked_event USING (account, event)),
placed AS MATERIALIZED (
  SELECT o.account, o.site, o.event, o.whose, m.occurred_at,
    coalesce(r.lead_days, $lead_days) AS lead_days,
    row_number() OVER (PARTITION BY o.account, o.site, o.whose ORDER BY m.occurred_at, o.event)
      AS place
  FROM own o JOIN mart_mark m ON m.account = o.account AND m.event = o.event
  LEFT JOIN site_rule_span r ON r.rule = 'lead_days' AND r.account = o.account AND r.site = o.site
    AND r.from_day <= m.day AND m.day < r.until_day),
step AS MATERIALIZED (
  SELECT account, site, whose, event, place, min(place) OVER (
    PARTITION BY account, site, whose ORDER BY occurred_at
    RANGE BETWEEN to_days(lead_days) FOLLOWING AND UNBOUNDED FOLLOWING) AS next_place
  FROM placed),
first AS (
  SELECT account, site, whose, event, place, next_place FROM step WHERE place = 1
  UNION ALL
  SELECT s.account, s.site, s.whose, s.event, s.place, s.next_place FROM first f
  JOIN step s ON s.account = f.account AND s.site = f.site AND s.whose = f.whose
    AND s.place = f.next_place),
begun AS (
  SELECT p.account, p.site, p.event, p.whose, arg_max(f.event, f.place) OVER (
    PARTITION BY p.account, p.site, p.whose ORDER BY p.place) AS first_event
  FROM placed p LEFT JOIN first f ON f.account = p.account AND f.event = p.event)
SELECT account, site, event, whose, md5('lead:' || first_event::VARCHAR)::UUID AS lead FROM begun
