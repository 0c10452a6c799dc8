-- Question: who is who, in the clusters that were put together anew?
-- Parameters: none (reads person_now)
-- Columns: mart_person
-- Owner: attribution
INSERT INTO mart_person BY NAME FROM person_now
