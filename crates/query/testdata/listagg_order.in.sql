SELECT listagg(DISTINCT eventname, ', ' ON OVERFLOW ERROR) WITHIN GROUP (ORDER BY eventname) AS names FROM cloudtrail
