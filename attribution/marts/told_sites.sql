-- Question: of which sites do batches tell anew, so that their zone may be another?
-- Parameters: $batches
-- Columns: site
-- Owner: attribution
SELECT DISTINCT site FROM fact_site WHERE list_contains($batches, batch)
