SELECT eventnam
FROM cloudtrail
