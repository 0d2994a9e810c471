-- Reads the position for the owner that claimed it and replaces its stamp, so that a late copy of the claim fits no more.
-- Returns the position's fields and values; nil where the stamp is another's.
-- KEYS[1] pos   ARGV[1] stamp that must be there   ARGV[2] stamp that replaces it
local stamp = redis.call('HGET', KEYS[1], 'stamp')
if stamp ~= ARGV[1] and stamp ~= ARGV[2] then return nil end
redis.call('HSET', KEYS[1], 'stamp', ARGV[2])
return redis.call('HGETALL', KEYS[1])
