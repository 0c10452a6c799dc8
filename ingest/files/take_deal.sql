-- Question: which rows of a deals file tell that a deal stands otherwise than was told?
-- Parameters: $file, $account, $site, $batch, $received_at
-- Columns: fact_deal
-- Owner: ingest (files)
-- A row with a date of its own is news when it differs from what was told of that date. A row
-- without one is news when it differs from how the deal stands: it became so at its opening or
-- closing, where that is later than the last telling, else now.
INSERT INTO fact_deal BY NAME
WITH told AS (
  SELECT *, struct_pack(stage, status, amount, margin, currency, opened_at, closed_at, phone, email,
    customer, contact, source) AS content
  FROM read_parquet($file)),
dated AS (
  SELECT *, struct_pack(stage, status, amount, margin, currency, opened_at, closed_at, phone, email,
    customer, contact, source) AS content
  FROM deal_telling WHERE account = $account AND site = $site),
held AS (
  FROM dated QUALIFY row_number() OVER (PARTITION BY connection, key ORDER BY occurred_at DESC) = 1)
SELECT $account AS account, $site AS site, $batch AS batch, $received_at AS received_at,
  told.fact_id::UUID AS fact_id, told.key,
  CASE WHEN told.dated OR held.occurred_at IS NULL OR told.occurred_at > held.occurred_at
    THEN told.occurred_at ELSE told.told_at END AS occurred_at,
  told.told_at, told.connection, told.stage, told.status, told.amount, told.margin, told.currency,
  told.opened_at, told.closed_at, told.phone, told.email, told.customer, told.contact, told.source
FROM told
LEFT JOIN held ON held.connection = told.connection AND held.key = told.key
LEFT JOIN dated ON dated.connection = told.connection AND dated.key = told.key
  AND dated.occurred_at = told.occurred_at
WHERE CASE WHEN told.dated THEN told.content IS DISTINCT FROM dated.content
  ELSE told.content IS DISTINCT FROM held.content END
