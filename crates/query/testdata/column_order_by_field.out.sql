SELECT DISTINCT useridentity.username AS username FROM cloudtrail ORDER BY username DESC NULLS LAST
-- reads: cloudtrail
