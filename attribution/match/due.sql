-- Question: for which sites may a fit be made: who has enough audits, and no fit as new as that?
-- Parameters: $since, $until (audits opened within; half open), $enough, $fresh (a fit that reaches beyond
--   is new enough)
-- Columns: account, site (both NULL: all sites together, where there are several)
-- Owner: attribution
WITH audited AS (
  SELECT account, site, count(*) FILTER (audit) AS audits FROM fact_lease
  WHERE occurred_at >= $since AND occurred_at < $until GROUP BY account, site),
asked AS (
  SELECT NULL::INTEGER AS account, NULL::INTEGER AS site, sum(audits) AS audits FROM audited
  HAVING count(*) > 1
  UNION ALL FROM audited)
SELECT a.account, a.site FROM asked a
WHERE a.audits >= $enough AND NOT EXISTS (
  FROM match_fit f WHERE f.site IS NOT DISTINCT FROM a.site
    AND f.account IS NOT DISTINCT FROM a.account AND f.until > $fresh)
ORDER BY a.account NULLS FIRST, a.site
