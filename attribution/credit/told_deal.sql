-- Question: of which deals are the conversions computed anew from the facts?
-- Parameters: $batch; $every (all deals)
-- Columns: told_deal: account, site, connection, key, deal (its node in mart_person)
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE told_deal AS
SELECT DISTINCT account, site, connection, key, concat_ws(':', site, connection, key) AS deal
FROM fact_deal WHERE batch = $batch OR $every
