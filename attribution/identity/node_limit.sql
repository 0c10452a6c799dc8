-- Question: where is it put, how many different neighbours each kind of node may have?
-- Parameters: none
-- Columns: node_limit: node_kind, cookies, phones, emails, customers
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE node_limit (
  node_kind node_kind, cookies INTEGER, phones INTEGER, emails INTEGER, customers INTEGER)
