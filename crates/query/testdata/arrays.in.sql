SELECT ARRAY['a', 'b'], contains(ARRAY['RunInstances'], eventname), contains(split(eventname, 'x'), 'y'), row(1, 'a') FROM cloudtrail
