SELECT eventname, _col1 FROM (SELECT eventname, count(*) AS _col1 FROM cloudtrail GROUP BY eventname) ORDER BY _col1 DESC NULLS LAST
-- reads: cloudtrail
