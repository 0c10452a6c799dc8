-- Question: of which site is a call or a contact, and when was it?
-- Parameters: $account, $sites (the reader's), $of (call, contact), $event
-- Columns: site, occurred_at (of its newest telling); no row where the reader has no such
-- Owner: attribution (leads)
SELECT arg_max(site, told_at) AS site, arg_max(occurred_at, told_at) AS occurred_at FROM (
  SELECT site, occurred_at, told_at FROM fact_call
  WHERE $of = 'call' AND account = $account AND call = $event
  UNION ALL
  SELECT site, occurred_at, told_at FROM fact_contact
  WHERE $of = 'contact' AND account = $account AND contact = $event)
HAVING list_contains($sites, arg_max(site, told_at))
