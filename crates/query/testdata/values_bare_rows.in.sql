SELECT word FROM (VALUES ROW(1, 'one'), ROW(2, 'two')) AS numbers(n, word) WHERE n > 1
