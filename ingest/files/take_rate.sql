-- Question: which rows of a rates file say something else than their teller said last?
-- Parameters: $file, $account, $site, $batch, $received_at
-- Columns: fact_rate
-- Owner: ingest (files)
INSERT INTO fact_rate BY NAME
WITH held AS (
  SELECT key, arg_max(rate, (told_at, received_at)) AS rate
  FROM fact_rate WHERE account = $account AND site = $site GROUP BY key)
SELECT $account AS account, $site AS site, $batch AS batch, $received_at AS received_at,
  told.fact_id::UUID AS fact_id, told.key, told.occurred_at, told.told_at, told.day, told.base,
  told.quote, told.rate, told.teller
FROM read_parquet($file) AS told
ANTI JOIN held ON held.key = told.key AND held.rate = told.rate
