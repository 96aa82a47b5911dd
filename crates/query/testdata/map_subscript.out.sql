SELECT element_at(extra, 'edgeDeviceDetails') AS _col0, element_at(extra, 'x') AS _col1 FROM cloudtrail
-- reads: cloudtrail
