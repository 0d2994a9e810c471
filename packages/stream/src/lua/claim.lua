-- Names the owner that may write to a partition from now on. Only equality of tokens counts.
-- KEYS[1] pos (hash: token, next, clock, rebuildUntil, out:<topic>)
-- ARGV[1] token
redis.call('HSET', KEYS[1], 'token', ARGV[1])
return 1
