-- Question: which calls and contacts are leads, which are left out and why, what did people correct?
-- Parameters: none
-- Columns: see ringtrail.core.lead_facts and attribution/leads/*.sql, which fill the marts
-- Owner: ingest (facts), attribution (leads)
CREATE TABLE fact_correction (
  fact_id UUID NOT NULL, batch UUID NOT NULL, account INTEGER NOT NULL, site INTEGER NOT NULL,
  occurred_at TIMESTAMP NOT NULL, received_at TIMESTAMP NOT NULL,
  key VARCHAR NOT NULL, correction UUID NOT NULL, told_at TIMESTAMP NOT NULL,
  decided_at TIMESTAMP NOT NULL, "of" VARCHAR NOT NULL, event UUID NOT NULL,
  action VARCHAR NOT NULL, channel VARCHAR, source VARCHAR, medium VARCHAR, campaign VARCHAR,
  visit UUID, flag VARCHAR, qualified BOOLEAN, decided_by VARCHAR NOT NULL, why VARCHAR NOT NULL,
  label BOOLEAN NOT NULL, undone_by VARCHAR, undone_why VARCHAR);

CREATE TABLE fact_site_rule (
  fact_id UUID NOT NULL, batch UUID NOT NULL, account INTEGER NOT NULL, site INTEGER NOT NULL,
  occurred_at TIMESTAMP NOT NULL, received_at TIMESTAMP NOT NULL,
  key VARCHAR NOT NULL, told_at TIMESTAMP NOT NULL, rule VARCHAR NOT NULL, from_day DATE NOT NULL,
  target_seconds INTEGER, lead_days INTEGER, hours JSON);

CREATE TABLE fact_own_phone (
  fact_id UUID NOT NULL, batch UUID NOT NULL, account INTEGER NOT NULL, site INTEGER NOT NULL,
  occurred_at TIMESTAMP NOT NULL, received_at TIMESTAMP NOT NULL,
  key VARCHAR NOT NULL, told_at TIMESTAMP NOT NULL, phone VARCHAR NOT NULL, use VARCHAR NOT NULL,
  from_day DATE NOT NULL);

-- How each correction stands, those taken back too.
CREATE VIEW newest_correction AS
SELECT account, site, correction, told_at, decided_at, "of", event, action, channel, source, medium,
  campaign, visit, flag, qualified, decided_by, why, label, undone_by, undone_why
FROM fact_correction
QUALIFY row_number() OVER (PARTITION BY account, correction
  ORDER BY told_at DESC, received_at DESC, fact_id) = 1;

-- What counts of an event. Its source and its match are one thing: whose it was.
CREATE VIEW standing_correction AS
FROM newest_correction WHERE undone_by IS NULL
QUALIFY row_number() OVER (
  PARTITION BY account, event, CASE action WHEN 'match' THEN 'source' ELSE action END
  ORDER BY decided_at DESC, correction DESC) = 1;

-- Each rule holds from `from_day` up to `until_day`, the latter not included.
CREATE VIEW site_rule_span AS
WITH newest AS (
  FROM fact_site_rule QUALIFY row_number() OVER (PARTITION BY account, site, rule, from_day
    ORDER BY told_at DESC, received_at DESC, fact_id) = 1)
SELECT account, site, rule, target_seconds, lead_days, hours, from_day,
  lead(from_day, 1, 'infinity'::DATE) OVER (PARTITION BY account, site, rule ORDER BY from_day)
    AS until_day
FROM newest;

CREATE VIEW own_phone_span AS
WITH newest AS (
  FROM fact_own_phone QUALIFY row_number() OVER (PARTITION BY account, phone, from_day
    ORDER BY told_at DESC, received_at DESC, fact_id) = 1),
span AS (
  SELECT account, phone, use, from_day,
    lead(from_day, 1, 'infinity'::DATE) OVER (PARTITION BY account, phone ORDER BY from_day)
      AS until_day
  FROM newest)
FROM span WHERE use <> 'none';

-- A row an inbound call and a contact. `excluded`: why it counts nowhere: spam, test, self_test,
-- internal. `in_hours` NULL: nobody told when the business is open.
CREATE TABLE mart_mark (
  account INTEGER NOT NULL, site INTEGER NOT NULL, event UUID NOT NULL, kind VARCHAR NOT NULL,
  occurred_at TIMESTAMP NOT NULL, day DATE NOT NULL, first_time BOOLEAN NOT NULL,
  repeat BOOLEAN NOT NULL, target BOOLEAN NOT NULL, in_hours BOOLEAN, qualified BOOLEAN,
  qualified_at TIMESTAMP, spam_score DOUBLE NOT NULL, reasons JSON NOT NULL, excluded VARCHAR);

-- `excluded` as in mart_mark, so that days and reports need not ask for it. `corrected`: a hand says
-- whose it was, by its `source` or by its `match`.
ALTER TABLE mart_call ADD COLUMN excluded VARCHAR;
ALTER TABLE mart_call ADD COLUMN corrected VARCHAR;
ALTER TABLE mart_day ADD COLUMN excluded BIGINT DEFAULT 0;

CREATE TABLE mart_lead (
  account INTEGER NOT NULL, site INTEGER NOT NULL, lead UUID NOT NULL, person UUID,
  occurred_at TIMESTAMP NOT NULL, day DATE NOT NULL, first_kind VARCHAR NOT NULL,
  first_event UUID NOT NULL, events INTEGER NOT NULL, qualified BOOLEAN, qualified_at TIMESTAMP);

-- `whose` is what makes events one person's: a person's id, or else a phone or the event itself.
CREATE TABLE mart_lead_event (
  account INTEGER NOT NULL, site INTEGER NOT NULL, event UUID NOT NULL, whose VARCHAR NOT NULL,
  lead UUID NOT NULL);

-- One row: the rules by which the marks were made. Other rules make all marts anew.
CREATE TABLE mart_mark_rules (rules VARCHAR NOT NULL);
INSERT INTO mart_mark_rules VALUES ('');
