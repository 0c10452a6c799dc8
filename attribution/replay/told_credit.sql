-- Question: what did a report give to each traffic of each conversion?
-- Parameters: $report (reads credit_now)
-- Columns: told_credit
-- Owner: attribution (replay)
INSERT INTO told_credit BY NAME SELECT $report::UUID AS report, * FROM credit_now ORDER BY conversion
