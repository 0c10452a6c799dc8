-- Question: which lead is each call and contact of?
-- Parameters: none (reads lead_event_now)
-- Columns: mart_lead_event
-- Owner: attribution (leads)
INSERT INTO mart_lead_event BY NAME FROM lead_event_now
