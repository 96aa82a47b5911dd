TABLE cloudtrail
