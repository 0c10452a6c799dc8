-- Question: what did a report give to each traffic of each conversion?
-- Parameters: $report (reads credit_now)
-- Columns: those of told_credit
-- Owner: attribution (replay)
SELECT $report::UUID AS report, * FROM credit_now ORDER BY conversion
