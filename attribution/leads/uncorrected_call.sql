-- Question: what is each dirty call before corrections?
-- Parameters: none
-- Columns: matched_call
-- Owner: attribution (leads)
ALTER TABLE matched_call ADD COLUMN corrected VARCHAR
