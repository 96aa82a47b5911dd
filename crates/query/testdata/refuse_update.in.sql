UPDATE cloudtrail SET eventname = 'x'
