DROP TABLE cloudtrail
