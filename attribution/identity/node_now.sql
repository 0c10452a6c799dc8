-- Question: from when to when is each dirty node the same person's? A phone that nobody used for so long
-- begins a new stretch: by then it may be another's. A node that only a decision names is one, too,
-- unless it is a phone.
-- Parameters: $silence_days (reads dirty_key, dirty_mention)
-- Columns: node_now: account, node_kind, node, since, until (null: without an end)
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE node_now AS
WITH seen AS (
  SELECT DISTINCT account, node_kind, node, "at" FROM dirty_mention WHERE dirty),
begun AS (
  SELECT *, coalesce(node_kind = 'phone' AND "at" >= to_days($silence_days::INTEGER)
    + lag("at") OVER (PARTITION BY account, node_kind, node ORDER BY "at"), false) AS begins
  FROM seen),
stretch AS (
  SELECT *, count_if(begins) OVER (PARTITION BY account, node_kind, node ORDER BY "at") AS stretch
  FROM begun),
decided AS (
  SELECT account, one_kind AS node_kind, one AS node, since FROM newest_person_decision
  WHERE undone_by IS NULL
  UNION ALL
  SELECT account, other_kind, other, since FROM newest_person_decision
  WHERE undone_by IS NULL AND other IS NOT NULL)
SELECT account, node_kind, node, min("at") AS since,
  CASE WHEN node_kind = 'phone' THEN max("at") + to_days($silence_days::INTEGER) END AS until
FROM stretch GROUP BY account, node_kind, node, stretch
UNION ALL
SELECT account, node_kind::node_kind, node, min(since), NULL FROM decided
WHERE node_kind <> 'phone' AND (account, node_kind::node_kind, node) IN (FROM dirty_key)
  AND (account, node_kind::node_kind, node) NOT IN (SELECT (account, node_kind, node) FROM seen)
GROUP BY account, node_kind, node
