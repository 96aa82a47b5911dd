SELECT DISTINCT eventsource, eventname
FROM cloudtrail
WHERE errorcode IN ('AccessDenied', 'Client.UnauthorizedOperation', 'UnauthorizedOperation')
ORDER BY 1, 2
