-- Question: into how many parts do the numbers go, so that the leases of one are not too many at once?
-- However many leases there are, a call hardly asks about more than 3,000: 70 a day of its six weeks.
-- Parameters: $since, $until (of the rings that are asked about), $most (leases of a part; reads ringing)
-- Columns: parts
-- Owner: attribution
SELECT 1 + least(3000 * (SELECT count(*) FROM ringing), (SELECT count(*) FROM fact_lease
  WHERE occurred_at >= $since::TIMESTAMP - INTERVAL 31 DAY AND occurred_at <= $until)) // $most AS parts
