SELECT api.operation, api.response.error, actor.user.name, src_endpoint.ip
FROM ocsf_api_activity
WHERE status_id = 2
ORDER BY time
