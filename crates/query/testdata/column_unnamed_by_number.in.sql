SELECT eventname, _col1 FROM (SELECT eventname, count(*) FROM cloudtrail GROUP BY eventname) ORDER BY _col1 DESC
