-- Question: in which currency are the sums of what deals brought?
-- Parameters: $account
-- Columns: those of deals.sql, added up (the report puts them in as `added`), and currency
-- Owner: attribution (reports)
SELECT added.*, r.currency
FROM /* added */ AS added
LEFT JOIN reporting_currency r ON r.account = $account AND r.site = added.site
