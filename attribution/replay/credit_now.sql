-- Question: what does each traffic get of each conversion that a report counts, as of now?
-- Parameters: $account, $sites, $since, $until (days, both included), $basis (whose days: touch, lead,
--   sale); /* weight */ is the model's
-- Columns: credit_now: those of told_credit but `report`
-- Owner: attribution (replay)
CREATE OR REPLACE TEMP TABLE credit_now AS
WITH credited AS (
  SELECT c.account, c.site, c.conversion, c.kind, c.traffic, c.counts, c.value, c.margin
    /* weight */
  FROM mart_credit c
  WHERE c.account = $account AND list_contains($sites, c.site)
    AND CASE $basis WHEN 'touch' THEN c.touch_day WHEN 'lead' THEN c.lead_day ELSE c.day END
      BETWEEN $since AND $until
  GROUP BY ALL)
SELECT c.*, m.person, m.deal, CASE WHEN k.call IS NOT NULL
    THEN concat_ws(' ', k.match, k.visit, round(k.probability, 6)) END AS judged,
  coalesce(l.first_event, CASE WHEN c.kind <> 'deal' THEN c.conversion END) AS event
FROM credited c JOIN mart_conversion m ON m.account = c.account AND m.conversion = c.conversion
LEFT JOIN mart_call k ON k.account = c.account AND k.call = c.conversion
LEFT JOIN mart_lead l ON l.account = c.account AND l.lead = c.conversion
