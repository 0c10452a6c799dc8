-- Question: what does a telephone line tell of a call beyond what a webhook does?
-- Parameters: none
-- Columns: see ringtrail.core.facts
-- Owner: ingest (facts), attribution (mart_call)
ALTER TABLE fact_call ADD COLUMN presentation VARCHAR DEFAULT 'allowed';
ALTER TABLE fact_call ADD COLUMN step VARCHAR;
ALTER TABLE fact_call ADD COLUMN trunk INTEGER;
ALTER TABLE fact_call ADD COLUMN destination VARCHAR;
ALTER TABLE fact_unknown_number ADD COLUMN presentation VARCHAR DEFAULT 'allowed';
ALTER TABLE fact_unknown_number ADD COLUMN outcome VARCHAR DEFAULT 'unknown_number';
ALTER TABLE fact_unknown_number ADD COLUMN destination VARCHAR;
ALTER TABLE fact_unknown_number ADD COLUMN talk_seconds INTEGER DEFAULT 0;
ALTER TABLE mart_call ADD COLUMN presentation VARCHAR DEFAULT 'allowed';
ALTER TABLE mart_call ADD COLUMN step VARCHAR;
