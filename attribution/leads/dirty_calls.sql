-- Question: which known calls does a batch touch besides those that it tells of? Those that it corrects,
-- those of own phones and of sites whose rules are others from a day on, and those of the same callers
-- within the hour, which may be one burst.
-- Parameters: $batch
-- Columns: dirty_call
-- Owner: attribution (leads)
INSERT INTO dirty_call
WITH ring AS (
  SELECT account, caller, occurred_at AS "at" FROM fact_call WHERE batch = $batch
  UNION
  SELECT account, caller, started_at FROM mart_call
  WHERE rowid IN (SELECT held_row FROM dirty_call)),
known AS (
  SELECT account, site, call, caller, day, started_at, rowid AS held_row FROM mart_call),
corrected AS (
  SELECT DISTINCT account, event FROM fact_correction WHERE batch = $batch AND "of" = 'call'),
own AS (
  SELECT account, phone, min(from_day) AS from_day FROM fact_own_phone WHERE batch = $batch
  GROUP BY account, phone),
rule AS (
  SELECT account, site, min(from_day) AS from_day FROM fact_site_rule WHERE batch = $batch
  GROUP BY account, site),
more AS (
  SELECT k.account, k.call, k.held_row FROM known k
  JOIN ring r ON r.account = k.account AND r.caller = k.caller
    AND k.started_at BETWEEN r."at" - INTERVAL 1 HOUR AND r."at" + INTERVAL 1 HOUR
  UNION
  SELECT k.account, k.call, k.held_row FROM known k
  JOIN corrected c ON c.account = k.account AND c.event = k.call
  UNION
  SELECT k.account, k.call, k.held_row FROM known k
  JOIN own o ON o.account = k.account AND o.phone = k.caller AND o.from_day <= k.day
  UNION
  SELECT k.account, k.call, k.held_row FROM known k
  JOIN rule r ON r.account = k.account AND r.site = k.site AND r.from_day <= k.day)
FROM more ANTI JOIN dirty_call USING (account, call)
