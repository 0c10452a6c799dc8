-- Question: where did a visit come from by the rules of today, where that differs from its fact?
-- Parameters: none
-- Columns: as in fact_visit; `rules` is the version that decided. sourced_visit is what marts read.
-- Owner: attribution
CREATE TABLE mart_source (
  account INTEGER NOT NULL, site INTEGER NOT NULL, visit UUID NOT NULL, rules VARCHAR NOT NULL,
  source VARCHAR NOT NULL, medium VARCHAR NOT NULL, campaign VARCHAR, content VARCHAR,
  term VARCHAR, channel VARCHAR NOT NULL, click_id_type VARCHAR, click_id VARCHAR,
  rule VARCHAR NOT NULL);

-- The columns are named: fact_visit may grow others, and a view does not grow with its table.
CREATE VIEW sourced_visit AS
SELECT v.account, v.site, v.visit, v.visitor, v.occurred_at, v.batch, v.landing, v.referrer, v.overflow,
  CASE WHEN s.visit IS NULL THEN v.source ELSE s.source END AS source,
  CASE WHEN s.visit IS NULL THEN v.medium ELSE s.medium END AS medium,
  CASE WHEN s.visit IS NULL THEN v.campaign ELSE s.campaign END AS campaign,
  CASE WHEN s.visit IS NULL THEN v.content ELSE s.content END AS content,
  CASE WHEN s.visit IS NULL THEN v.term ELSE s.term END AS term,
  CASE WHEN s.visit IS NULL THEN v.channel ELSE s.channel END AS channel,
  CASE WHEN s.visit IS NULL THEN v.click_id_type ELSE s.click_id_type END AS click_id_type,
  CASE WHEN s.visit IS NULL THEN v.click_id ELSE s.click_id END AS click_id
FROM fact_visit v LEFT JOIN mart_source s ON s.account = v.account AND s.visit = v.visit;
