SELECT * INTO t FROM cloudtrail
