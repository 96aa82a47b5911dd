EXECUTE IMMEDIATE 'SELECT count(*) FROM cloudtrail WHERE eventname = ?'
