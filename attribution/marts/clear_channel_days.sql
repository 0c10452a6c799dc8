-- Question: which counts by channel are about to be made anew?
-- Parameters: $site, $everything (the scope)
-- Columns: none
-- Owner: attribution
DELETE FROM mart_channel_day WHERE $everything OR site = $site
