UNLOAD (SELECT * FROM cloudtrail) TO 's3://x/' WITH (format = 'PARQUET')
