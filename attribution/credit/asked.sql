-- Question: what does a scope bring that conversions may follow from?
-- Parameters: $batch
-- Columns: visited_since (of its first visit; null without), calls, persons, leads, deals (they, or their
--   prices)
-- Owner: attribution
WITH priced AS (
  SELECT batch FROM fact_deal UNION ALL SELECT batch FROM fact_rate
  UNION ALL SELECT batch FROM fact_spend UNION ALL SELECT batch FROM fact_site)
SELECT (SELECT min(occurred_at) FROM fact_visit WHERE batch = $batch) AS visited_since,
  EXISTS (FROM dirty_mark) AS calls, EXISTS (FROM person_change) AS persons, EXISTS (FROM dirty_lead) AS leads,
  EXISTS (FROM priced WHERE batch = $batch) AS deals
