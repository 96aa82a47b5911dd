SELECT word FROM (VALUES (1, 'one'), (2, 'two')) AS numbers (n, word) WHERE n > 1
-- reads: 
