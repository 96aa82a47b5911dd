SELECT listagg(DISTINCT eventname, ', ' ORDER BY eventname) AS names FROM cloudtrail
-- reads: cloudtrail
