-- Question: does a batch bring what costs follow from? `told`: spend, rates, rules, aliases. `visited`:
-- visits of a campaign that had none on its site by that day, which may decide whose the cost is. A
-- site's telling counts all of the site anew, its costs with it.
-- Parameters: $batch
-- Columns: told, visited. Reads change, and mart_day as it was before the batch.
-- Owner: attribution (money)
SELECT EXISTS (FROM fact_spend WHERE batch = $batch)
  OR EXISTS (FROM fact_rate WHERE batch = $batch)
  OR EXISTS (FROM fact_cost_rule WHERE batch = $batch)
  OR EXISTS (FROM fact_spend_alias WHERE batch = $batch)
  -- Spend that was loaded by a program which did not price it.
  OR (EXISTS (FROM fact_spend) AND NOT EXISTS (FROM mart_spend_campaign)) AS told,
  EXISTS (
    FROM change c JOIN mart_traffic t ON t.account = c.account AND t.channel = c.channel
      AND t.source = c.source AND t.medium = c.medium AND t.campaign = c.campaign
    SEMI JOIN mart_spend_campaign s ON s.account = c.account AND s.site = c.site
    WHERE c.visits > 0 AND NOT EXISTS (
      FROM mart_day d WHERE d.account = c.account AND d.site = c.site AND d.traffic = t.traffic
        AND d.visits > 0 AND d.day <= c.day)) AS visited
