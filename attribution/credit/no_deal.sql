-- Question: what did deals bring, where none was told? Nothing new.
-- Parameters: none
-- Columns: told_deal, deal_now: as told_deal.sql and deal_now.sql make them, without a row
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE told_deal (account INTEGER, deal VARCHAR);
CREATE OR REPLACE TEMP TABLE deal_now (
  account INTEGER, site INTEGER, conversion UUID, occurred_at TIMESTAMP, day DATE,
  journey_at TIMESTAMP, counts INTEGER, value DECIMAL(18,4), margin DECIMAL(18,4),
  currency VARCHAR, problem VARCHAR, deal VARCHAR);
