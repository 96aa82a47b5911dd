SELECT eds.eventName FROM a0b1c2d3-1234-5678-90ab-cdef01234567 AS eds, 12345e67-1234-5678-90ab-cdef01234567 other WHERE eds.eventid = other.eventid
