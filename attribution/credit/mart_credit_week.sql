-- Question: what is the credit of the weeks with the change?
-- Parameters: none
-- Columns: mart_credit_week. Reads week_change.
-- Owner: attribution
MERGE INTO mart_credit_week AS held USING (
  SELECT account, site, basis, week, traffic, kind, touched, sum(credits)::BIGINT AS credits,
    sum(COLUMNS('^part_'))::BIGINT
  FROM week_change GROUP BY ALL ORDER BY ALL) AS more
ON held.account = more.account AND held.site = more.site AND held.basis = more.basis
  AND held.week = more.week AND held.traffic = more.traffic AND held.kind = more.kind
  AND held.touched = more.touched
WHEN MATCHED AND held.credits + more.credits = 0 THEN DELETE
WHEN MATCHED THEN UPDATE SET credits = held.credits + more.credits,
  part_first = held.part_first + more.part_first, part_last = held.part_last + more.part_last,
  part_last_non_direct = held.part_last_non_direct + more.part_last_non_direct,
  part_linear = held.part_linear + more.part_linear,
  part_position = held.part_position + more.part_position, part_w = held.part_w + more.part_w,
  part_j = held.part_j + more.part_j, part_inverse_j = held.part_inverse_j + more.part_inverse_j,
  part_time_decay = held.part_time_decay + more.part_time_decay,
  part_shapley = held.part_shapley + more.part_shapley
WHEN NOT MATCHED AND more.credits <> 0 THEN INSERT BY NAME
