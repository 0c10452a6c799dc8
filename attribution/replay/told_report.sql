-- Question: which report was told, by what was it computed, up to which batch?
-- Parameters: $report, $account, $sites, $since, $until, $model, $basis, $version, $channel_rules,
--   $lookback_seconds, $told_at, $told_to, $currency
-- Columns: those of told_report; `fits` are those by which its calls were judged. Reads credit_now.
-- Owner: attribution (replay)
SELECT $report::UUID AS report, $account AS account, $sites::INTEGER[] AS sites, $since AS since,
  $until AS until, $model AS model, $basis AS basis, $version AS version,
  $channel_rules AS channel_rules, (
    SELECT coalesce(list(DISTINCT m.fit ORDER BY m.fit), []) FROM mart_candidate m
    JOIN credit_now n ON n.account = m.account AND n.conversion = m.call) AS fits,
  $lookback_seconds AS lookback_seconds, (SELECT load FROM mart_position) AS load,
  $told_at AS told_at, $told_to AS told_to, $currency AS currency
