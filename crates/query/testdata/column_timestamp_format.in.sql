SELECT count(*) FROM cloudtrail WHERE timestamp >= date_format(current_timestamp - interval '7' day, '%Y/%m/%d')
