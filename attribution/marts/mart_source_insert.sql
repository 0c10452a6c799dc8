-- Question: which restated visits differ from their facts?
-- Parameters: none
-- Columns: mart_source
-- Owner: attribution
INSERT INTO mart_source BY NAME
SELECT r.* FROM restated_visit r JOIN fact_visit v ON v.account = r.account AND v.visit = r.visit
WHERE r.source <> v.source OR r.medium <> v.medium OR r.channel <> v.channel
  OR r.campaign IS DISTINCT FROM v.campaign OR r.content IS DISTINCT FROM v.content
  OR r.term IS DISTINCT FROM v.term OR r.click_id_type IS DISTINCT FROM v.click_id_type
  OR r.click_id IS DISTINCT FROM v.click_id
