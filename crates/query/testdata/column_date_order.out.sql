SELECT day AS "date", count(*) AS n FROM cloudtrail GROUP BY day ORDER BY "date" DESC NULLS LAST
-- reads: cloudtrail
