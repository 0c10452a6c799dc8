-- Question: which visits and costs did a report count?
-- Parameters: $report (reads day_now)
-- Columns: told_day
-- Owner: attribution (replay)
INSERT INTO told_day BY NAME SELECT $report::UUID AS report, * FROM day_now ORDER BY site, day
