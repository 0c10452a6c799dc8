-- Question: what does the newest telling say of each dirty call, and is it the caller's first?
-- Parameters: none
-- Columns: a row a call
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE call_now AS
WITH newest AS (
  SELECT * FROM fact_call
  WHERE rowid IN (SELECT c.rowid FROM fact_call c SEMI JOIN dirty_call USING (account, call))
  QUALIFY row_number() OVER (PARTITION BY account, call ORDER BY told_at DESC, fact_id DESC) = 1),
-- What a call was told to be before it was told anew is no call of its own.
standing AS (
  SELECT account, call, caller, occurred_at, direction FROM fact_call
  WHERE (account, call) IN (
    SELECT (account, call) FROM fact_call WHERE caller IN (SELECT caller FROM newest))
  QUALIFY row_number() OVER (PARTITION BY account, call ORDER BY told_at DESC, fact_id DESC) = 1),
first_call AS (
  SELECT account, caller, min((occurred_at, call)) AS earliest
  FROM standing WHERE direction = 'inbound' GROUP BY account, caller),
zone AS (
  SELECT site, arg_max(timezone, occurred_at) AS timezone FROM fact_site GROUP BY site)
SELECT n.*, (timezone(coalesce(z.timezone, 'UTC'), timezone('UTC', n.occurred_at)))::DATE AS day,
  coalesce((n.occurred_at, n.call) = f.earliest, false) AS first_time
FROM newest n LEFT JOIN zone z USING (site)
LEFT JOIN first_call f ON f.account = n.account AND f.caller = n.caller
