-- Question: which rates and likelihoods hold for each site?
-- Parameters: lists of equal length: $account, $site (0 and 0: sites that no other row names), $kind,
--   $from_seconds, $until_seconds, $value, $other, $fit
-- Columns: rate: account, site, kind (on_site, after: a row a step; older, background; the kinds of tie),
--   from_seconds, until_seconds, value (a rate, or the factor of a tie that speaks for the visit),
--   other (the factor of one that speaks against it), fit
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE rate AS
SELECT unnest($account::INTEGER[]) AS account, unnest($site::INTEGER[]) AS site,
  unnest($kind::VARCHAR[]) AS kind, unnest($from_seconds::DOUBLE[]) AS from_seconds,
  unnest($until_seconds::DOUBLE[]) AS until_seconds, unnest($value::DOUBLE[]) AS value,
  unnest($other::DOUBLE[]) AS other, unnest($fit::VARCHAR[]) AS fit
