SELECT c.day AS dt FROM cloudtrail c WHERE c.day BETWEEN '2021-03-01' AND '2021-03-02'
-- reads: cloudtrail
