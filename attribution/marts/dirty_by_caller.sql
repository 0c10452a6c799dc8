-- Question: which known calls may be another visit's, because an earlier call of their caller may be?
-- An earlier call tells for 30 days, judged by itself: so what these calls become touches no further one.
-- Parameters: $rang_at (no dirty call rang before)
-- Columns: dirty_call
-- Owner: attribution
INSERT INTO dirty_call
WITH rang AS (
  SELECT account, caller, occurred_at FROM fact_call SEMI JOIN dirty_call USING (account, call)),
later AS (
  SELECT m.account, m.call FROM mart_call m JOIN rang r ON r.account = m.account
    AND r.caller = m.caller AND m.started_at >= r.occurred_at
    AND m.started_at <= r.occurred_at + INTERVAL 30 DAY
  WHERE m.started_at >= $rang_at)
SELECT m.account, m.call, m.rowid FROM mart_call m SEMI JOIN later USING (account, call)
ANTI JOIN dirty_call d USING (account, call)
