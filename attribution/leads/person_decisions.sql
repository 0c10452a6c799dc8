-- Question: what did people decide about who is who, the newest first?
-- Parameters: $account
-- Columns: the fields of attribution.leads.listing.PersonDecisionRow, times in UTC. To take a decision back
--   is to tell it again: it was decided when it was first told.
-- Owner: attribution (leads)
SELECT n.decision, n.action, concat_ws(':', n.one_kind, n.one) AS one,
  CASE WHEN n.other IS NOT NULL THEN concat_ws(':', n.other_kind, n.other) END AS other, n.since,
  f.decided_at, n.decided_by, n.why, n.undone_by
FROM newest_person_decision n JOIN (
  SELECT account, decision, min(occurred_at) AS decided_at FROM fact_person_decision
  WHERE account = $account GROUP BY account, decision) f USING (account, decision)
ORDER BY f.decided_at DESC, n.decision DESC
