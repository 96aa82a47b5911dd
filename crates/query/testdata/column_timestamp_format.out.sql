SELECT count(*) AS _col0 FROM cloudtrail WHERE "timestamp" >= date_format(current_timestamp - INTERVAL '7' DAY, '%Y/%m/%d')
-- reads: cloudtrail
