-- Question: who is named by each call, contact, page and deal that a batch tells of?
-- A withheld caller and a text that is no phone or e-mail name nobody. A call names its visitor only
-- where its match is sure. A deal names whom its CRM had on it when it was opened.
-- Parameters: $batch, $everything (the scope); $matches (the sure ones); $phone, $email (what is one) (reads told_call)
-- Columns: telling: account, source_kind, source, at and a column a kind of node; also where all are null
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE telling AS
WITH call AS (
  SELECT account, 'call' AS source_kind, call AS source, started_at AS "at",
    CASE WHEN list_contains($matches::VARCHAR[], match) THEN visitor END AS cookie,
    CASE WHEN presentation = 'allowed' THEN caller END AS phone, direction
  FROM mart_call SEMI JOIN told_call USING (account, call)),
contact AS (
  SELECT account, 'contact' AS source_kind, contact AS source, occurred_at AS "at",
    visitor AS cookie, phone, email, contact::VARCHAR AS contact
  FROM fact_contact
  SEMI JOIN (FROM fact_contact WHERE $everything OR batch = $batch) USING (account, contact)
  QUALIFY row_number() OVER (PARTITION BY account, contact
    ORDER BY told_at DESC, received_at DESC, fact_id) = 1),
identified AS (
  SELECT DISTINCT ON (account, fact_id) account, 'identified' AS source_kind, fact_id AS source,
    occurred_at AS "at", visitor AS cookie, phone, email, customer
  FROM fact_identified WHERE $everything OR batch = $batch),
deal AS (
  SELECT account, 'deal' AS source_kind, concat_ws(':', site, connection, key) AS deal,
    coalesce(opened_at, min(occurred_at) OVER (PARTITION BY account, site, connection, key)) AS "at",
    phone, email, customer,
    coalesce(TRY_CAST(contact AS UUID)::VARCHAR, concat_ws(':', connection, nullif(contact, '')))
      AS contact, nullif(contact, '') IS NULL AS alone
  FROM fact_deal
  SEMI JOIN (FROM fact_deal WHERE $everything OR batch = $batch)
    USING (account, site, connection, key)
  QUALIFY row_number() OVER (PARTITION BY account, site, connection, key
    ORDER BY occurred_at DESC, told_at DESC, received_at DESC, fact_id) = 1),
told AS (
  SELECT * EXCLUDE (direction) FROM call WHERE direction = 'inbound'
  UNION ALL BY NAME
  SELECT account, source_kind, source, "at" FROM call WHERE direction <> 'inbound'
  UNION ALL BY NAME FROM contact
  UNION ALL BY NAME FROM identified
  UNION ALL BY NAME
  SELECT account, source_kind, md5(deal)::UUID AS source, "at", deal, phone, email, customer,
    CASE WHEN NOT alone THEN contact END AS contact FROM deal)
SELECT account, source_kind, source, "at", cookie::VARCHAR AS cookie,
  CASE WHEN regexp_full_match(phone, $phone) THEN phone END AS phone,
  CASE WHEN regexp_full_match(nfc_normalize(lower(trim(email))), $email)
    THEN nfc_normalize(lower(trim(email))) END AS email,
  nullif(trim(customer), '') AS customer, contact, deal
FROM told
