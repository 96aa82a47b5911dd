SELECT eventsource, count_if(readonly = 'false') AS writes, count_if(readonly = 'true') AS reads,
       round(100.0 * count_if(readonly = 'false') / count(*), 1) AS percent
FROM cloudtrail
GROUP BY eventsource
ORDER BY writes DESC, eventsource
LIMIT 5
