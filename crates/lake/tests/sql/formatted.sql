SELECT format('%s made %,d calls, %.2f%%', 'bob', 1234567, 12.345) AS line, format('%05d|%x|%-4s|%b', 42, 255, 'ab', true) AS fields,
  lower(to_hex(sha1(to_utf8('abc')))) AS digest

