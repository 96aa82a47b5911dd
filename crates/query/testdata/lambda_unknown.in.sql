SELECT strange(resources, x -> x) FROM cloudtrail
