-- Question: which calls does a scope touch? Those that it tells of; and of the known ones those that are
-- no longer their callers' first or may now be, those of the numbers of its leases, visits and owners since then, and
-- those of its visits and their visitors.
-- Parameters: $batch, $site, $everything (the scope); $earliest (no known call before is touched)
-- Columns: account, call, held_row (where mart_call has it, null where it has not)
-- A lease is candidate for 30 days from its visit on, which may be told to have begun an hour later.
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE dirty_call AS
WITH told AS (
  SELECT account, call, caller, occurred_at FROM fact_call
  WHERE batch = $batch OR ($site IS NOT NULL AND site = $site) OR $everything),
visit AS (SELECT account, visit, visitor FROM fact_visit WHERE batch = $batch),
lease AS (
  SELECT account, number, occurred_at AS since FROM fact_lease WHERE batch = $batch
  UNION ALL
  SELECT account, number, occurred_at FROM fact_lease SEMI JOIN visit USING (account, visit)
  WHERE occurred_at >= $earliest
  UNION ALL
  SELECT o.account, o.number, o.opened_at FROM mart_open_lease o
  SEMI JOIN (FROM fact_lease_closed WHERE batch = $batch) c USING (account, lease)),
number AS (
  SELECT account, number, since, since + INTERVAL 31 DAY AS until FROM lease
  UNION ALL SELECT account, number, since, 'infinity'::TIMESTAMP FROM fact_number_owned WHERE batch = $batch),
known AS (SELECT *, rowid AS held_row FROM mart_call WHERE started_at >= $earliest),
-- A first call that turns out to be another's, or of another time, may leave the place to a later one.
moved AS (
  SELECT h.account, h.caller, h.started_at FROM mart_call h JOIN told t USING (account, call)
  WHERE h.first_time AND (h.caller IS DISTINCT FROM t.caller OR h.started_at <> t.occurred_at))
SELECT t.account, t.call, m.held_row
FROM told t LEFT JOIN (SELECT account, call, rowid AS held_row FROM mart_call) m USING (account, call)
UNION SELECT m.account, m.call, m.held_row FROM known m
  JOIN told t ON t.account = m.account AND t.caller = m.caller AND t.occurred_at <= m.started_at
  WHERE m.first_time
UNION SELECT m.account, m.call, m.rowid FROM mart_call m
  JOIN moved h ON h.account = m.account AND h.caller = m.caller AND h.started_at <= m.started_at
UNION SELECT m.account, m.call, m.held_row FROM known m
  JOIN number n ON n.account = m.account AND n.number = m.number AND n.since <= m.started_at
    AND n.until >= m.started_at
UNION SELECT m.account, m.call, m.held_row FROM known m JOIN visit v USING (account, visit)
UNION SELECT m.account, m.call, m.held_row FROM known m JOIN visit v USING (account, visitor)
