-- Question: of which kind is each node of the region?
-- Parameters: none (reads region_node)
-- Columns: kinds: a list by id
-- Owner: attribution
SELECT coalesce(list(node_kind::VARCHAR ORDER BY id), []) AS kinds FROM region_node
