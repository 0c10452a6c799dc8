-- Question: which mentions are new?
-- Parameters: none (reads mention_come)
-- Columns: mart_mention
-- Owner: attribution
INSERT INTO mart_mention BY NAME FROM mention_come
