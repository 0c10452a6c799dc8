-- Question: into which parts do the conversions go, so that the credits of one fit into memory? In the order
-- in which mart_credit lies.
-- Parameters: $account; $most (conversions of a part, but for those of one moment)
-- Columns: kind, since, until
-- Owner: attribution
SELECT kind, min(occurred_at) AS since, max(occurred_at) AS until
FROM (
  SELECT kind, occurred_at,
    (rank() OVER (PARTITION BY kind ORDER BY occurred_at) - 1) // $most AS part
  FROM mart_conversion
  WHERE account = $account AND conversion IN (SELECT divided FROM conversion))
GROUP BY kind, part ORDER BY kind, part
