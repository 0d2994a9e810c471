-- Empties a partition for a rebuild, if the token is still the caller's. Readers see `rebuildUntil`.
-- KEYS[1] pos   KEYS[2] state   KEYS[3] timers   KEYS[4] index names (set)   KEYS[5..] the indexes
-- ARGV[1] token   ARGV[2] rebuildUntil
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'token', ARGV[1], 'rebuildUntil', ARGV[2])
redis.call('UNLINK', unpack(KEYS, 2))
return 1
