-- Question: which visits may have made each call, and where were they when it rang?
-- Joined by the quarter of a day, so that a call meets only the leases of its own and a lease is hardly
-- copied; never by ASOF, which knows one holder only. The calls stand last, since they are the fewer: of
-- tables of the transaction DuckDB knows no size, and puts into memory what stands last.
-- Parameters: none (reads the temporary tables ringing and stay)
-- Columns: candidate: account, site, call, lease, visit, person, on_site, seconds (on the site so far,
--   or since it was last seen)
-- Owner: attribution
CREATE OR REPLACE TEMP TABLE candidate AS
WITH held AS (
  SELECT account, number, lease, visit, person, opened_at, last_seen, ended,
    unnest(range(epoch_us(opened_at) // 21600000000, epoch_us(ended) // 21600000000 + 1)) AS quarter
  FROM stay WHERE (account, number) IN (SELECT (account, number) FROM ringing))
SELECT r.account, r.site, r.call, h.lease, h.visit, h.person, r.occurred_at <= h.last_seen AS on_site,
  (epoch_us(r.occurred_at) - epoch_us(
    CASE WHEN r.occurred_at <= h.last_seen THEN h.opened_at ELSE h.last_seen END)) / 1e6 AS seconds
FROM held h JOIN ringing r ON h.account = r.account AND h.number = r.number
  AND h.quarter = epoch_us(r.occurred_at) // 21600000000
  AND r.occurred_at >= h.opened_at AND r.occurred_at < h.ended
