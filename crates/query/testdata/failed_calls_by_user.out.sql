SELECT useridentity.arn AS arn, eventsource, count(eventid) AS errors FROM cloudtrail AS cloudtrail_logs WHERE errorcode IN ('AccessDenied', 'Client.UnauthorizedOperation') AND eventtime >= '2021-03-01T00:00:00Z' GROUP BY useridentity.arn, eventsource HAVING count(eventid) > 10 ORDER BY errors DESC NULLS LAST LIMIT 20
-- reads: cloudtrail
