WITH a AS (SELECT eventid FROM cloudtrail), b AS (SELECT eventid FROM a), c AS (SELECT count(*) AS n FROM b) SELECT n FROM c, (SELECT 1 AS x FROM a) d
