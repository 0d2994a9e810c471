-- Empties a partition for a rebuild, if the stamp is the caller's last. Readers see `rebuildUntil`. Which log the state is
-- of stays, since what is wiped here must not become anybody's, and so do the losses that a person has accepted. `next`
-- goes, but is kept as `folded`, where it says nothing once there is a `next` again: a rebuild that is cut short still
-- knows which records its state held, and so which loss was accepted.
-- Returns 1 when wiped, 2 when it already is, 0 when refused.
-- KEYS[1] pos   KEYS[2] state   KEYS[3] timers   KEYS[4] index names (set)   KEYS[5..] the indexes
-- ARGV[1] stamp that must be there   ARGV[2] stamp that replaces it   ARGV[3] rebuildUntil
local stamp = redis.call('HGET', KEYS[1], 'stamp')
if stamp == ARGV[2] then return 2 end
if stamp ~= ARGV[1] then return 0 end
local folded = redis.call('HGET', KEYS[1], 'next') or redis.call('HGET', KEYS[1], 'folded')
for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
  if field ~= 'cluster' and not string.find(field, '^topic:') and not string.find(field, '^loss:') then redis.call('HDEL', KEYS[1], field) end
end
redis.call('HSET', KEYS[1], 'stamp', ARGV[2], 'rebuildUntil', ARGV[3])
if folded then redis.call('HSET', KEYS[1], 'folded', folded) end
redis.call('UNLINK', unpack(KEYS, 2))
return 1
