-- Question: of which nodes may the person be another now? Those that a batch names, decides of or takes
-- for the account's own, and those that a hand has merged with one of them.
-- Parameters: $batch, $everything (the scope; reads mention_gone, mention_come)
-- Columns: dirty_key: account, node_kind, node
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE dirty_key AS
WITH decided AS (
  SELECT account, one_kind, one, other_kind, other FROM fact_person_decision
  SEMI JOIN (FROM fact_person_decision WHERE $everything OR batch = $batch)
    USING (account, decision)),
merged AS (
  SELECT account, one_kind::node_kind AS one_kind, one, other_kind::node_kind AS other_kind, other
  FROM newest_person_decision WHERE action = 'merge' AND undone_by IS NULL),
moved AS (
  SELECT account, node_kind, node FROM mention_gone
  UNION SELECT account, node_kind, node FROM mention_come
  UNION SELECT account, one_kind, one FROM decided
  UNION SELECT account, other_kind, other FROM decided WHERE other IS NOT NULL
  UNION SELECT account, 'phone', number FROM fact_number_owned WHERE batch = $batch
  UNION SELECT account, 'phone', original FROM fact_pool WHERE batch = $batch)
FROM moved
UNION SELECT m.account, m.other_kind, m.other FROM merged m
  JOIN moved d ON d.account = m.account AND d.node_kind = m.one_kind AND d.node = m.one
UNION SELECT m.account, m.one_kind, m.one FROM merged m
  JOIN moved d ON d.account = m.account AND d.node_kind = m.other_kind AND d.node = m.other
