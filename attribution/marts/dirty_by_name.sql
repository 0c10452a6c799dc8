-- Question: which known calls may be another visit's, now that a batch tells who visitors are or what
-- they clicked? Those that they are candidates for. All of a site since its first click, from which on
-- a visit without one tells something.
-- Parameters: $batch
-- Columns: dirty_call
-- Owner: attribution
INSERT INTO dirty_call
WITH deal AS (
  SELECT DISTINCT d.account, d.customer, d.email FROM fact_deal d
  SEMI JOIN (FROM fact_deal WHERE batch = $batch) b USING (account, site, connection, key)),
named AS (
  SELECT account, visit, visitor FROM fact_contact WHERE batch = $batch
  UNION ALL SELECT account, NULL, visitor FROM fact_identified WHERE batch = $batch
  UNION ALL SELECT c.account, c.visit, c.visitor FROM fact_contact c
    JOIN deal d ON d.account = c.account AND d.email = c.email
  UNION ALL SELECT i.account, NULL, i.visitor FROM fact_identified i
    JOIN deal d ON d.account = i.account AND d.email = i.email
  UNION ALL SELECT i.account, NULL, i.visitor FROM fact_identified i
    JOIN deal d ON d.account = i.account AND d.customer = i.customer),
first_click AS (
  SELECT account, site, min(occurred_at) FILTER (batch = $batch) AS since,
    coalesce(min(occurred_at) FILTER (batch <> $batch), 'infinity'::TIMESTAMP) AS other
  FROM fact_click GROUP BY account, site HAVING since < other),
touched AS (
  SELECT c.account, c.call FROM mart_candidate c JOIN named n USING (account, visitor)
  UNION SELECT c.account, c.call FROM mart_candidate c JOIN named n USING (account, visit)
  UNION SELECT c.account, c.call FROM mart_candidate c
    JOIN (FROM fact_click WHERE batch = $batch) k USING (account, lease)
  UNION SELECT c.account, c.call FROM mart_candidate c JOIN first_click f
    ON f.account = c.account AND f.site = c.site AND f.since <= c.started_at)
SELECT m.account, m.call, m.rowid FROM mart_call m SEMI JOIN touched t USING (account, call)
ANTI JOIN dirty_call d USING (account, call)
