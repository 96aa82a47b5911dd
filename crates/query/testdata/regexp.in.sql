SELECT eventname FROM cloudtrail WHERE regexp_like(eventname, '^(Create|Put)\d+') AND position('a' IN eventname) > 0 AND strpos(eventname, 'b') = 1
