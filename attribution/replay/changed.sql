-- Question: which conversions does a told report count otherwise than it would now?
-- Parameters: $account, $report (reads credit_now)
-- Columns: changed: conversion, kind, deal, event, `was` and `is_now` (what decides its figures; NULL: not counted)
-- Owner: attribution (replay)
CREATE OR REPLACE TEMP TABLE changed AS
WITH was AS (
  SELECT conversion, any_value(kind) AS kind, any_value(deal) AS deal,
    any_value(event) AS event, {
    'shares': list({'traffic': traffic, 'weight': round(weight, 9)} ORDER BY traffic),
    'counts': any_value(counts), 'value': any_value(value), 'margin': any_value(margin),
    'person': any_value(person), 'judged': any_value(judged)} AS told
  FROM told_credit WHERE account = $account AND report = $report GROUP BY conversion),
is_now AS (
  SELECT conversion, any_value(kind) AS kind, any_value(deal) AS deal,
    any_value(event) AS event, {
    'shares': list({'traffic': traffic, 'weight': round(weight, 9)} ORDER BY traffic),
    'counts': any_value(counts), 'value': any_value(value), 'margin': any_value(margin),
    'person': any_value(person), 'judged': any_value(judged)} AS told
  FROM credit_now GROUP BY conversion)
SELECT conversion, coalesce(n.kind, w.kind) AS kind, coalesce(n.deal, w.deal) AS deal,
  coalesce(n.event, w.event) AS event, w.told AS was, n.told AS is_now
FROM was w FULL JOIN is_now n USING (conversion)
WHERE w.told.shares IS DISTINCT FROM n.told.shares OR w.told.counts IS DISTINCT FROM n.told.counts
  OR w.told.value IS DISTINCT FROM n.told.value OR w.told.margin IS DISTINCT FROM n.told.margin
