COPY cloudtrail TO '/tmp/x.parquet'
