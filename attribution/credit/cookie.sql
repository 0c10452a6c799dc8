-- Question: which visitors are the persons whose touches count?
-- Parameters: $account
-- Columns: cookie: visitor, person. Whom nothing was ever tied to is a person of that id.
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE cookie AS
WITH asked AS (SELECT DISTINCT person FROM conversion WHERE person IS NOT NULL),
tied AS (
  SELECT node::UUID AS visitor, person FROM mart_person
  WHERE account = $account AND node_kind = 'cookie')
SELECT visitor, person FROM tied SEMI JOIN asked USING (person)
UNION ALL SELECT person, person FROM asked ANTI JOIN tied t ON t.visitor = asked.person
