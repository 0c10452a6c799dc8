-- Question: where is it put, which cluster and which person each node of the region has?
-- Parameters: none
-- Columns: placed: id, cluster, person (ids of region_node)
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE placed (id INTEGER, cluster INTEGER, person INTEGER)
