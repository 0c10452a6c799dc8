-- Question: which contacts does a scope touch? Those that it tells of or corrects, those of the same phone,
-- e-mail or visitor, those of own phones and of sites whose rules are others from a day on.
-- Parameters: $batch, $site, $everything (the scope)
-- Columns: dirty_contact: account, contact
-- Owner: attribution (leads)
CREATE OR REPLACE TEMP TABLE dirty_contact AS
WITH known AS (
  SELECT account, contact, coalesce(phone, lower(trim(email)), visitor::VARCHAR) AS node
  FROM fact_contact),
told AS (
  SELECT DISTINCT account, contact FROM fact_contact
  WHERE batch = $batch OR ($site IS NOT NULL AND site = $site) OR $everything),
node AS (SELECT DISTINCT account, node FROM known SEMI JOIN told USING (account, contact)),
own AS (
  SELECT account, phone, min(from_day) AS from_day FROM fact_own_phone WHERE batch = $batch
  GROUP BY account, phone),
rule AS (
  SELECT account, site, min(from_day) AS from_day FROM fact_site_rule WHERE batch = $batch
  GROUP BY account, site)
SELECT account, contact FROM told
UNION SELECT account, contact FROM known SEMI JOIN node USING (account, node)
UNION SELECT account, event FROM fact_correction WHERE batch = $batch AND "of" = 'contact'
UNION SELECT c.account, c.contact FROM fact_contact c
  JOIN own o ON o.account = c.account AND o.phone = c.phone
UNION SELECT m.account, m.event FROM mart_mark m
  JOIN rule r ON r.account = m.account AND r.site = m.site AND r.from_day <= m.day
  WHERE m.kind = 'contact'
