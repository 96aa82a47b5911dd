SELECT r FROM cloudtrail LATERAL VIEW explode(resources) t AS r
