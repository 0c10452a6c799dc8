-- Question: which nodes are another person than before? A cookie without a row was a person of its own.
-- Parameters: none (reads dirty_cluster, person_now)
-- Columns: person_change: account, node_kind, node, since (of a phone's stretch, else null), before and
--   after (null where the stretch was not there or is no more)
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE person_change AS
WITH was AS (
  SELECT account, node_kind, node, CASE WHEN until IS NULL THEN '-infinity' ELSE since END AS since,
    person FROM mart_person SEMI JOIN dirty_cluster USING (account, cluster)),
is_now AS (
  SELECT account, node_kind, node, CASE WHEN until IS NULL THEN '-infinity' ELSE since END AS since,
    person FROM person_now),
pair AS (
  SELECT account, node_kind, node, since,
    coalesce(w.person, CASE WHEN node_kind = 'cookie' THEN node::UUID END) AS before,
    coalesce(n.person, CASE WHEN node_kind = 'cookie' THEN node::UUID END) AS after
  FROM was w FULL JOIN is_now n USING (account, node_kind, node, since))
SELECT account, node_kind, node, nullif(since, '-infinity'::TIMESTAMP) AS since, before, after
FROM pair WHERE before IS DISTINCT FROM after
