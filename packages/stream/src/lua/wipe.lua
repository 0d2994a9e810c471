-- Empties a partition for a rebuild, if the stamp is the caller's last. Readers see `rebuildUntil`.
-- Returns 1 when wiped, 2 when it already is, 0 when refused.
-- KEYS[1] pos   KEYS[2] state   KEYS[3] timers   KEYS[4] index names (set)   KEYS[5..] the indexes
-- ARGV[1] stamp that must be there   ARGV[2] stamp that replaces it   ARGV[3] rebuildUntil
local stamp = redis.call('HGET', KEYS[1], 'stamp')
if stamp == ARGV[2] then return 2 end
if stamp ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'stamp', ARGV[2], 'rebuildUntil', ARGV[3])
redis.call('UNLINK', unpack(KEYS, 2))
return 1
