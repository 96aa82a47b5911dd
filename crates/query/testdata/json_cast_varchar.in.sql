SELECT CAST(json_extract(requestparameters, '$.instanceType') AS varchar) AS type, CAST(json_extract(responseelements, '$.n') AS bigint) FROM cloudtrail
