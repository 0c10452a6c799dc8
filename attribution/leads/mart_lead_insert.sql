-- Question: what are the leads?
-- Parameters: none (reads lead_now)
-- Columns: mart_lead
-- Owner: attribution (leads)
INSERT INTO mart_lead BY NAME FROM lead_now ORDER BY occurred_at
