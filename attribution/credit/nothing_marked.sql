-- Question: which calls, contacts and leads are marked otherwise, where nothing has marked any?
-- Parameters: none
-- Columns: dirty_mark: account, event; dirty_lead: account, lead
-- Owner: attribution
CREATE TEMP TABLE IF NOT EXISTS dirty_mark (account INTEGER, event UUID);
CREATE TEMP TABLE IF NOT EXISTS dirty_lead (account INTEGER, lead UUID);
