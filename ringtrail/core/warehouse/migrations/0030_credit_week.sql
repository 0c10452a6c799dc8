-- What mart_credit gives in a week (of its Monday, by each date basis), so that a year of a report reads
-- weeks and not every call's every possible visit. Parts are whole numbers, 2^40 to a conversion: what
-- goes out of a sum leaves exactly what a recount would give. Kept by attribution.credit.weeks.
CREATE TABLE mart_credit_week (
  account INTEGER NOT NULL, site INTEGER NOT NULL, basis VARCHAR NOT NULL, week DATE NOT NULL,
  traffic INTEGER NOT NULL, kind VARCHAR NOT NULL, touched BOOLEAN NOT NULL, credits BIGINT NOT NULL,
  part_first BIGINT NOT NULL, part_last BIGINT NOT NULL, part_last_non_direct BIGINT NOT NULL,
  part_linear BIGINT NOT NULL, part_position BIGINT NOT NULL, part_w BIGINT NOT NULL,
  part_j BIGINT NOT NULL, part_inverse_j BIGINT NOT NULL, part_time_decay BIGINT NOT NULL,
  part_shapley BIGINT NOT NULL);

-- A credit once by each basis: on which day it counts, and its parts.
CREATE MACRO credit_parts(credits) AS TABLE
SELECT account, site, traffic, kind, touch IS NOT NULL AS touched,
  unnest(['touch', 'lead', 'sale']) AS basis,
  date_trunc('week', unnest([touch_day, coalesce(lead_day, day), day]))::DATE AS week,
  (weight_first * counts * 1099511627776)::BIGINT AS part_first,
  (weight_last * counts * 1099511627776)::BIGINT AS part_last,
  (weight_last_non_direct * counts * 1099511627776)::BIGINT AS part_last_non_direct,
  (weight_linear * counts * 1099511627776)::BIGINT AS part_linear,
  (weight_position * counts * 1099511627776)::BIGINT AS part_position,
  (weight_w * counts * 1099511627776)::BIGINT AS part_w,
  (weight_j * counts * 1099511627776)::BIGINT AS part_j,
  (weight_inverse_j * counts * 1099511627776)::BIGINT AS part_inverse_j,
  (weight_time_decay * counts * 1099511627776)::BIGINT AS part_time_decay,
  (weight_shapley * counts * 1099511627776)::BIGINT AS part_shapley
FROM query_table(credits);

INSERT INTO mart_credit_week BY NAME
SELECT account, site, basis, week, traffic, kind, touched, count(*) AS credits,
  sum(COLUMNS('^part_'))::BIGINT
FROM credit_parts('mart_credit') GROUP BY ALL ORDER BY site, basis, week, traffic, kind, touched;
