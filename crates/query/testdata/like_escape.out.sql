SELECT eventname FROM cloudtrail WHERE eventname LIKE '%\_x' ESCAPE '\' AND useragent NOT LIKE 'aws-sdk%'
-- reads: cloudtrail
