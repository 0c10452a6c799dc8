-- Question: among whose touches is each dirty conversion divided? A call that is surely a visitor's goes to
-- that person, an ambiguous one to its candidates as likely as they are, one that a hand says was a
-- source's or nobody's to that; a lead and some deals as the call that made them. All others, also a call to a static number,
-- are of their person.
-- Parameters: none
-- Columns: mart_share
-- Owner: attribution
INSERT INTO mart_share BY NAME
WITH counted AS (
  SELECT account, conversion, journey_at, person, as_call
  FROM mart_conversion SEMI JOIN dirty_conversion USING (account, conversion)
  WHERE excluded IS NULL),
rang AS (
  SELECT n.account, n.conversion, c.started_at AS journey_at, c.call, c.match, c.corrected,
    c.visitor
  FROM counted n JOIN mart_call c ON c.account = n.account AND c.call = n.as_call),
likely AS (
  SELECT account, conversion, journey_at, visitor, 1.0::DOUBLE AS probability FROM rang
  WHERE match = 'lease'
  UNION ALL SELECT account, conversion, journey_at, NULL, 1 FROM rang
  WHERE (match, corrected) IN (('static', 'source'), ('none', 'match'))
  UNION ALL SELECT r.account, r.conversion, r.journey_at, k.visitor, k.probability
  FROM rang r JOIN mart_candidate k USING (account, call)
  WHERE r.match = 'ambiguous' AND k.probability > 0),
part AS (
  SELECT l.account, l.conversion, l.journey_at, coalesce(p.person, l.visitor) AS person, probability
  FROM likely l LEFT JOIN mart_person p ON p.account = l.account AND p.node_kind = 'cookie'
    AND p.node = l.visitor::VARCHAR
  UNION ALL SELECT account, conversion, journey_at, person, 1 FROM counted
  ANTI JOIN likely USING (account, conversion))
SELECT account, conversion, journey_at, person,
  sum(probability) / sum(sum(probability)) OVER (PARTITION BY account, conversion) AS share
FROM part GROUP BY account, conversion, journey_at, person
ORDER BY journey_at
