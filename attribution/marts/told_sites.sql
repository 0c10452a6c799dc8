-- Question: of which sites does a batch tell anew, so that their zone may be another?
-- Parameters: $batch
-- Columns: site
-- Owner: attribution
SELECT DISTINCT site FROM fact_site WHERE batch = $batch
