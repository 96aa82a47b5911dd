SELECT time_dt, user.uid, status, is_mfa, type_uid
FROM ocsf_authentication
WHERE eventday BETWEEN '20260301' AND '20260302'
ORDER BY time_dt
