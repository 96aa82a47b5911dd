SELECT element_at(extra, 'edgeDeviceDetails'), element_at(extra, 'x') FROM cloudtrail
-- reads: cloudtrail
