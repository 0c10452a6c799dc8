-- Question: which nodes do the dirty clusters have now, in the order in which they name a person?
-- Parameters: none (reads node_judged, dirty_cluster, dirty_key)
-- Columns: region_node: id (from 0), account, node_kind, node, since, until, apart, named (the id of the
--   person or cluster that it names: a cookie its own, the others one made of what they are)
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE region_node AS
WITH region AS (
  SELECT account, node_kind, node, since, until, apart FROM node_judged
  UNION ALL
  SELECT account, node_kind, node, since, until, apart
  FROM mart_person SEMI JOIN dirty_cluster USING (account, cluster)
  ANTI JOIN dirty_key USING (account, node_kind, node))
SELECT row_number() OVER (ORDER BY account, node_kind, node, since)::INTEGER - 1 AS id, *,
  CASE WHEN node_kind = 'cookie' THEN node::UUID ELSE md5(concat_ws(':', account,
    node_kind, CASE WHEN until IS NOT NULL THEN epoch_us(since) END, node))::UUID END AS named
FROM region
