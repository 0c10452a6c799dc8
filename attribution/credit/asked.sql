-- Question: what does a scope bring that conversions may follow from?
-- Parameters: $batch
-- Columns: visited_since (of its first visit; null without), persons, leads, deals (they, or their prices)
-- Owner: attribution
SELECT (SELECT min(occurred_at) FROM fact_visit WHERE batch = $batch) AS visited_since,
  EXISTS (FROM person_change) AS persons, EXISTS (FROM dirty_lead) AS leads,
  EXISTS (FROM fact_deal WHERE batch = $batch) OR EXISTS (FROM fact_rate WHERE batch = $batch)
    OR EXISTS (FROM fact_spend WHERE batch = $batch) OR EXISTS (FROM fact_site WHERE batch = $batch)
    AS deals
