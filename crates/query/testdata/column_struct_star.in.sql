SELECT tlsdetails.* FROM cloudtrail
