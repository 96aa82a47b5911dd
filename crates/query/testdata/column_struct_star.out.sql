SELECT tlsdetails.tlsversion AS tlsversion, tlsdetails.ciphersuite AS ciphersuite, tlsdetails.clientprovidedhostheader AS clientprovidedhostheader FROM cloudtrail
-- reads: cloudtrail
