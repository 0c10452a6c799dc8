-- Question: when did a visit begin?
-- Parameters: $account, $sites (the reader's), $visit
-- Columns: occurred_at; no row where the reader has no such visit
-- Owner: attribution (leads)
SELECT min(occurred_at) AS occurred_at FROM fact_visit
WHERE account = $account AND list_contains($sites, site) AND visit = $visit
HAVING count(*) > 0
