-- Question: which nodes does each telling name?
-- Parameters: none (reads telling)
-- Columns: mention_now: those of mart_mention, a row a node
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE mention_now AS
SELECT account, source_kind, source, "at", node_kind::node_kind AS node_kind, node
FROM (UNPIVOT telling ON cookie, phone, email, customer, contact, deal
  INTO NAME node_kind VALUE node)
