-- Question: which reports were told of the reader's sites?
-- Parameters: $account, $sites, $report (null: all)
-- Columns: told_report, the newest first
-- Owner: attribution (replay)
SELECT report, sites, since, until, model, basis, version, channel_rules, fits, lookback_seconds, load,
  told_at, told_to, currency
FROM told_report
WHERE account = $account AND list_has_all($sites, sites) AND ($report IS NULL OR report = $report)
ORDER BY told_at DESC, report
