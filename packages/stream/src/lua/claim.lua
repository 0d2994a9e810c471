-- Names the owner that may use a partition from now on.
-- KEYS[1] pos (hash: stamp, next, folded, clock, announced, rebuildUntil, out:<topic>, cluster, topic:<topic>, loss:<offset>)
-- ARGV[1] the new owner's first stamp
redis.call('HSET', KEYS[1], 'stamp', ARGV[1])
return 1
