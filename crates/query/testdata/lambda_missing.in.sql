SELECT filter(resources, 1) FROM cloudtrail
