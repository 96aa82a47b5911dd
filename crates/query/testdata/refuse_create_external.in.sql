CREATE EXTERNAL TABLE cloudtrail_logs (
  eventversion STRING
)
PARTITIONED BY (region string)
ROW FORMAT SERDE 'x'
LOCATION 's3://bucket/AWSLogs/'
