-- Question: of which calls and contacts may the person be another? Those marked anew, those of their old
-- leads, and those of leads of persons that changed.
-- Parameters: none (reads dirty_mark, person_change)
-- Columns: asked_event: account, event
-- Owner: attribution (leads)
CREATE OR REPLACE TEMP TABLE asked_event AS
WITH whose AS (
  SELECT account, whose FROM mart_lead_event SEMI JOIN dirty_mark USING (account, event)
  UNION SELECT account, before::VARCHAR FROM person_change WHERE before IS NOT NULL
  UNION SELECT account, after::VARCHAR FROM person_change WHERE after IS NOT NULL)
SELECT account, event FROM dirty_mark
UNION SELECT account, event FROM mart_lead_event SEMI JOIN whose USING (account, whose)
