-- Question: what did people correct, of one call or contact or of all, the newest first?
-- Parameters: $account, $sites (the reader's), $event (null: of all)
-- Columns: the fields of attribution.answers.CorrectionRow; decided_at in UTC. `counts`: neither taken back
--   nor replaced by one that was decided later
-- Owner: attribution (leads)
SELECT n.correction, n."of", n.event, n.action, n.source, n.medium, n.campaign, n.visit, n.flag,
  n.qualified, n.label, n.decided_at, n.decided_by, n.why, s.correction IS NOT NULL AS counts,
  n.undone_by, n.undone_why
FROM newest_correction n
LEFT JOIN standing_correction s ON s.account = n.account AND s.correction = n.correction
WHERE n.account = $account AND list_contains($sites, n.site)
  AND ($event IS NULL OR n.event = $event)
ORDER BY n.decided_at DESC, n.correction DESC
