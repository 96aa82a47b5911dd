SELECT 1 FROM cloudtrail WHERE eventtime > 'yesterday'
