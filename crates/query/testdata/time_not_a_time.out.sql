SELECT 1 AS _col0 FROM cloudtrail WHERE eventtime > 'yesterday'
-- reads: cloudtrail
