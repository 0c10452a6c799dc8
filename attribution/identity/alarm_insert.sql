-- Question: which nodes are shared, and which clusters are too large to be one person?
-- Parameters: $largest (reads node_judged, region_node, placed)
-- Columns: mart_person_alarm
-- Owner: attribution
INSERT INTO mart_person_alarm BY NAME
WITH size AS (
  SELECT p.cluster AS id, count_if(r.node_kind = 'cookie') AS cookies,
    count_if(r.node_kind = 'phone') AS phones, count_if(r.node_kind = 'email') AS emails,
    count_if(r.node_kind = 'customer') AS customers
  FROM placed p JOIN region_node r USING (id) GROUP BY p.cluster)
SELECT j.account, 'shared' AS alarm, j.node_kind, j.node, j.since, c.named AS cluster,
  {'cookies': j.cookies, 'phones': j.phones, 'emails': j.emails, 'customers': j.customers} AS counts
FROM node_judged j JOIN region_node r USING (account, node_kind, node, since)
JOIN placed p ON p.id = r.id JOIN region_node c ON c.id = p.cluster
WHERE j.apart = 'shared'
UNION ALL BY NAME
SELECT r.account, 'oversized' AS alarm, r.node_kind, r.node, r.since, r.named AS cluster,
  {'cookies': s.cookies, 'phones': s.phones, 'emails': s.emails, 'customers': s.customers} AS counts
FROM size s JOIN region_node r USING (id)
WHERE s.cookies + s.phones + s.emails + s.customers > $largest
