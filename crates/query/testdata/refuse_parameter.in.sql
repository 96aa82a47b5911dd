SELECT eventname FROM cloudtrail WHERE awsregion = ? AND eventname = ?
