-- Question: which visitors are another person than before?
-- Parameters: none (reads person_change)
-- Columns: account, visitor
-- Owner: attribution
SELECT account, node::UUID AS visitor FROM person_change WHERE node_kind = 'cookie'
ORDER BY account, node
