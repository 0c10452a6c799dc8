-- Question: why does a told report count a conversion otherwise than it would now?
-- The first of these that is true of it: its data is gone, a hand corrected it, it came late, it was
-- told anew, a rate moved its worth, its person or its match is another, a visit came late; else the
-- rules are others.
-- Parameters: $account, $report (reads changed)
-- Columns: cause: conversion, cause
-- Owner: attribution (replay)
CREATE OR REPLACE TEMP TABLE cause AS
WITH later AS MATERIALIZED (
  SELECT batch FROM loaded_batch
  WHERE load > (SELECT load FROM told_report WHERE account = $account AND report = $report)),
-- A lead stands and falls with the call or contact that began it; where it is gone, with the one that
-- its person's lead begins with now, too.
event AS (
  SELECT conversion, event FROM changed WHERE event IS NOT NULL
  UNION
  SELECT c.conversion, l.first_event FROM changed c JOIN mart_lead l
    ON l.account = $account AND l.person = c.was.person
  WHERE c.kind = 'lead' AND c.is_now IS NULL),
telling AS (
  SELECT e.conversion, e.event::VARCHAR AS thing, 'late_call' AS late, f.batch IN (FROM later) AS new
  FROM event e JOIN fact_call f ON f.account = $account AND f.call = e.event
  UNION ALL
  SELECT e.conversion, e.event::VARCHAR, 'late_contact', f.batch IN (FROM later)
  FROM event e JOIN fact_contact f ON f.account = $account AND f.contact = e.event
  UNION ALL
  SELECT c.conversion, c.deal, 'late_deal', f.batch IN (FROM later)
  FROM changed c JOIN fact_deal f ON f.account = $account
    AND concat_ws(':', f.site, f.connection, f.key) = c.deal),
told AS (
  SELECT conversion, min(late) FILTER (came) AS late, bool_or(again) AS again
  FROM (SELECT conversion, thing, late, bool_and(new) AS came, bool_or(new) AS again
    FROM telling GROUP BY ALL)
  GROUP BY conversion),
corrected AS (
  SELECT DISTINCT e.conversion FROM event e JOIN fact_correction f ON f.event = e.event
  WHERE f.account = $account AND f.batch IN (FROM later)),
visited AS (
  SELECT DISTINCT m.conversion
  FROM mart_credit m SEMI JOIN (
    SELECT account, visit AS touch FROM fact_visit WHERE batch IN (FROM later)
    UNION ALL SELECT account, call FROM fact_call WHERE batch IN (FROM later)) USING (account, touch)
  WHERE m.account = $account AND m.conversion IN (SELECT conversion FROM changed)),
-- Of a conversion that is in the period on one side only, its person there is all that is known.
named AS (
  SELECT fact_id AS source FROM fact_identified WHERE account = $account AND batch IN (FROM later)
  UNION ALL SELECT call FROM fact_call WHERE account = $account AND batch IN (FROM later)
  UNION ALL SELECT contact FROM fact_contact WHERE account = $account AND batch IN (FROM later)),
joined AS (
  SELECT DISTINCT p.person FROM mart_mention m JOIN mart_person p ON p.account = m.account
    AND p.node_kind = m.node_kind AND p.node = m.node
  WHERE m.account = $account AND m.source IN (FROM named))
SELECT c.conversion, CASE
    WHEN c.kind <> 'lead' AND t.conversion IS NULL THEN 'erasure'
    WHEN h.conversion IS NOT NULL THEN 'correction'
    WHEN t.late IS NOT NULL THEN t.late
    WHEN t.again AND c.kind = 'deal' THEN 'deal'
    WHEN t.again AND c.kind <> 'lead' THEN 'told_anew'
    WHEN c.was IS NOT NULL AND c.is_now IS NOT NULL AND (
      c.was.value IS DISTINCT FROM c.is_now.value
      OR c.was.margin IS DISTINCT FROM c.is_now.margin) THEN 'rate'
    WHEN c.was.person <> c.is_now.person THEN 'merge'
    WHEN c.was IS NOT NULL AND c.is_now IS NOT NULL
      AND c.was.person IS DISTINCT FROM c.is_now.person AND c.kind <> 'call' THEN 'merge'
    WHEN c.was IS NOT NULL AND c.is_now IS NOT NULL
      AND c.was.judged IS DISTINCT FROM c.is_now.judged THEN 'rematch'
    WHEN (c.was IS NULL OR c.is_now IS NULL)
      AND coalesce(c.is_now.person, c.was.person) IN (FROM joined) THEN 'merge'
    WHEN v.conversion IS NOT NULL THEN 'late_visit'
    ELSE 'rule' END AS cause
FROM changed c LEFT JOIN told t USING (conversion) LEFT JOIN corrected h USING (conversion)
LEFT JOIN visited v USING (conversion)
