SELECT class_uid FROM ocsf.api_activity WHERE time > 'x'
