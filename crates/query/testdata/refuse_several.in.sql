SELECT 1 FROM cloudtrail; DROP TABLE cloudtrail;
