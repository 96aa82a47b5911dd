SELECT eventid FROM cloudtrail WHERE errorcode IS DISTINCT FROM 'AccessDenied' AND awsregion IS NOT DISTINCT FROM 'eu-west-1' OR readonly = 'true'
