-- Question: what is each dirty call after what hands have corrected? By its words a corrected visit is as
-- sure as a lease, and a corrected source as a static number: the call is that source's and no visit's.
-- Parameters: none (reads correction_now)
-- Columns: matched_call
-- Owner: attribution (leads)
UPDATE matched_call SET
  match = CASE WHEN c.corrected = 'source' THEN 'static' WHEN c.visit IS NULL THEN 'none'
    ELSE 'lease' END,
  probability = NULL, lease = CASE WHEN matched_call.visit = c.visit THEN matched_call.lease END,
  visit = c.visit, visitor = c.visitor, touch = c.touch,
  channel = coalesce(c.channel, 'Unattributed'), source = coalesce(c.source, '(unknown)'),
  medium = coalesce(c.medium, '(unknown)'), campaign = c.campaign, content = c.content,
  term = c.term, click_id_type = c.click_id_type, click_id = c.click_id, landing = c.landing,
  corrected = c.corrected
FROM correction_now c
WHERE c.account = matched_call.account AND c.call = matched_call.call
