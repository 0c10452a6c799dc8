-- Question: which person is each node of the region now?
-- Parameters: none (reads region_node, placed)
-- Columns: person_now: those of mart_person
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE person_now AS
SELECT r.account, r.node_kind, r.node, r.since, r.until, p.named AS person, c.named AS cluster, r.apart
FROM region_node r JOIN placed l USING (id)
JOIN region_node p ON p.id = l.person JOIN region_node c ON c.id = l.cluster
