SELECT class_uid FROM ocsf.api_activity AS api_activity WHERE "time" > 'x'
-- reads: ocsf.api_activity
