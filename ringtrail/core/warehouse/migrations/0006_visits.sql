-- Question: what does a visit tell of the browser and of the place that it came from?
-- Parameters: none
-- Columns: see ringtrail.core.facts
-- Owner: ingest (facts)
ALTER TABLE fact_visit ADD COLUMN device VARCHAR;
ALTER TABLE fact_visit ADD COLUMN os VARCHAR;
ALTER TABLE fact_visit ADD COLUMN browser_name VARCHAR;
ALTER TABLE fact_visit ADD COLUMN country VARCHAR;
ALTER TABLE fact_visit ADD COLUMN region VARCHAR;
ALTER TABLE fact_visit ADD COLUMN city VARCHAR;
