-- Question: which callers whose phone is known rang a number that their own visit was never shown?
-- They have a second device, or the number from somebody else; no rate can tell them.
-- Parameters: $since, $until (rings; half open), $folds (equal stretches of that time); reads ringing,
--   candidate, stay, phone
-- Columns: fold, call, rivals (a list of on_site, seconds: who held the number that they rang)
-- Owner: attribution
WITH known AS MATERIALIZED (
  SELECT r.account, r.call, r.occurred_at, p.person
  FROM ringing r JOIN phone p ON p.account = r.account AND p.phone = r.caller
  WHERE NOT r.again GROUP BY ALL),
-- The visit that they came from must be as fresh as a candidate would have to be.
fresh AS MATERIALIZED (
  SELECT k.account, k.call, k.occurred_at, k.person
  FROM known k JOIN stay s ON s.account = k.account AND s.person = k.person
  WHERE k.occurred_at >= s.opened_at AND k.occurred_at < s.ended GROUP BY ALL),
stray AS MATERIALIZED (
  SELECT account, call, occurred_at FROM fresh f
  ANTI JOIN candidate c ON c.account = f.account AND c.call = f.call AND c.person = f.person
  GROUP BY ALL),
sure AS (
  SELECT s.* FROM stray s ANTI JOIN (
    SELECT f.account, f.call FROM fresh f JOIN candidate c
      ON c.account = f.account AND c.call = f.call AND c.person = f.person) o
    ON o.account = s.account AND o.call = s.call)
SELECT ((epoch_us(s.occurred_at) - epoch_us($since::TIMESTAMP)) * $folds
    // (epoch_us($until::TIMESTAMP) - epoch_us($since::TIMESTAMP)))::INTEGER AS fold, s.call,
  coalesce(list({'on_site': c.on_site, 'seconds': c.seconds} ORDER BY c.seconds, c.lease)
    FILTER (c.lease IS NOT NULL), []) AS rivals
FROM sure s LEFT JOIN candidate c ON c.account = s.account AND c.call = s.call
GROUP BY s.account, s.call, s.occurred_at ORDER BY s.occurred_at, s.call
