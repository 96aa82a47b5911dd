SELECT eventname FROM cloudtrail_logs TABLESAMPLE BERNOULLI (10)
