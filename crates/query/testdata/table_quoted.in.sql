SELECT "eventName" FROM "default"."cloudtrail_logs" WHERE "eventSource" = 'iam.amazonaws.com'
