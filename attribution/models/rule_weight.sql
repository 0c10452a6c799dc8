-- Question: what does each touch get of each conversion, by each rule model that was asked for?
-- Parameters: $lookback_seconds; those of the models, which attribution/models/statement.py binds
-- Columns: conversion, touch (NULL where there was none), channel ('(none)' there), value (of the whole
-- conversion), and weight_MODEL for each model, which sums to 1 over a conversion.
-- Reads the tables or CTEs conversion(conversion, person, at, value, lead_at), lead_at NULL where no lead
-- is known, and touch(touch, person, at, channel). `nth` orders all touches at once, in two thirds of the
-- time that a least (at, touch) of each conversion takes.
-- Owner: attribution
WITH journey AS MATERIALIZED (
  SELECT c.conversion, c.value, t.touch, t.channel, t."at" <= c.lead_at AS led,
    (epoch_us(c."at") - epoch_us(t."at")) / 1e6 AS age,
    (row_number() OVER (ORDER BY t."at", t.touch))::UINTEGER AS nth
  FROM conversion c JOIN touch t ON t.person = c.person
    AND t."at" <= c."at" AND t."at" >= c."at" - to_seconds($lookback_seconds)),
whole AS (
  SELECT conversion, count(*) AS touches /* sums */
  FROM journey GROUP BY conversion)
SELECT conversion, touch, channel, value /* weights */
FROM journey JOIN whole USING (conversion)
UNION ALL
SELECT conversion, NULL, '(none)', value /* ones */
FROM conversion ANTI JOIN whole USING (conversion)
