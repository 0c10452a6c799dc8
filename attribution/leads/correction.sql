-- Question: how does a correction stand?
-- Parameters: $account, $sites (the reader's), $correction
-- Columns: the fields of the fact, but those of its telling
-- Owner: attribution (leads)
SELECT account, site, correction, epoch_us(decided_at) AS decided_at, "of", event, action, channel,
  source, medium, campaign, visit, flag, qualified, decided_by, why, label, undone_by
FROM newest_correction
WHERE account = $account AND list_contains($sites, site) AND correction = $correction
