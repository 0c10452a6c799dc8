-- Question: which visits and costs did a report count?
-- Parameters: $report (reads day_now)
-- Columns: those of told_day
-- Owner: attribution (replay)
SELECT $report::UUID AS report, * FROM day_now ORDER BY site, day
