SELECT count(*) AS calls FROM cloudtrail WHERE eventname IN (VALUES ('StopLogging'), ('DeleteTrail'))
-- reads: cloudtrail
