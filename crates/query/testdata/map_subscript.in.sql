SELECT extra['edgeDeviceDetails'], element_at(extra, 'x') FROM cloudtrail
