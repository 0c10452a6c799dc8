-- Question: which cookies, phones, e-mails, customers, contacts and deals are one person?
-- Parameters: none
-- Columns: see ringtrail.core.facts and attribution/identity/*.sql, which fill the marts
-- Owner: ingest (fact_person_decision), attribution (the marts)
CREATE TABLE fact_person_decision (
  fact_id UUID NOT NULL, batch UUID NOT NULL, account INTEGER NOT NULL, site INTEGER NOT NULL,
  occurred_at TIMESTAMP NOT NULL, received_at TIMESTAMP NOT NULL,
  key VARCHAR NOT NULL, decision UUID NOT NULL, told_at TIMESTAMP NOT NULL, action VARCHAR NOT NULL,
  one_kind VARCHAR NOT NULL, one VARCHAR NOT NULL, other_kind VARCHAR, other VARCHAR,
  since TIMESTAMP NOT NULL, decided_by VARCHAR NOT NULL, why VARCHAR NOT NULL, undone_by VARCHAR);

CREATE VIEW newest_person_decision AS
SELECT account, decision, occurred_at, told_at, action, one_kind, one, other_kind, other, since,
  decided_by, why, undone_by
FROM fact_person_decision
QUALIFY row_number() OVER (PARTITION BY account, decision
  ORDER BY told_at DESC, received_at DESC, fact_id) = 1;

-- In the order in which they name a person: the smallest node of a person does.
CREATE TYPE node_kind AS ENUM ('cookie', 'phone', 'email', 'customer', 'contact', 'deal');

-- What is named in one breath: all rows of a source were told together.
CREATE TABLE mart_mention (
  account INTEGER NOT NULL, source_kind VARCHAR NOT NULL, source UUID NOT NULL,
  "at" TIMESTAMP NOT NULL, node_kind node_kind NOT NULL, node VARCHAR NOT NULL);

-- A phone has a row a stretch [since, until) in which it was in use; other nodes have one, without
-- an end. `cluster` is all that evidence links, `person` what of it is believed; `apart` says why a
-- node links nothing: shared, stopped. A cookie without a row is a person of that id.
CREATE TABLE mart_person (
  account INTEGER NOT NULL, node_kind node_kind NOT NULL, node VARCHAR NOT NULL,
  since TIMESTAMP NOT NULL, until TIMESTAMP, person UUID NOT NULL, cluster UUID NOT NULL,
  apart VARCHAR);

-- One row: the rules by which mart_person was made. Other rules make all of it anew.
CREATE TABLE mart_person_rules (rules VARCHAR NOT NULL);
INSERT INTO mart_person_rules VALUES ('');

-- shared: a node with that many neighbours; oversized: a cluster with that many nodes, named by its
-- smallest.
CREATE TABLE mart_person_alarm (
  account INTEGER NOT NULL, alarm VARCHAR NOT NULL, node_kind node_kind NOT NULL,
  node VARCHAR NOT NULL, since TIMESTAMP NOT NULL, cluster UUID NOT NULL,
  counts STRUCT(cookies BIGINT, phones BIGINT, emails BIGINT, customers BIGINT) NOT NULL);
