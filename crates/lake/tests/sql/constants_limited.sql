SELECT 'x' AS word FROM cloudtrail LIMIT 2
