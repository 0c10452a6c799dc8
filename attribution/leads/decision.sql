-- Question: how does a decision about who is who stand?
-- Parameters: $account, $correction (its id)
-- Columns: the fields of the fact, but those of its telling
-- Owner: attribution (leads)
SELECT account, decision, action, one_kind, one, other_kind, other, epoch_us(since) AS since,
  decided_by, why, undone_by
FROM newest_person_decision WHERE account = $account AND decision = $correction
