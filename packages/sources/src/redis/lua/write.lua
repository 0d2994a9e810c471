-- Replaces all workspaces in one step, unless somebody else has written since the caller read.
-- Returns 1 when written, 2 when this very write is already there (a command sent again), 0 when refused.
-- KEYS[1] sources (hash)
-- ARGV[1] version that must be there, '' for none   ARGV[2] version that replaces it   ARGV[3..] field, value
local version = redis.call('HGET', KEYS[1], 'version') or ''
if version == ARGV[2] then return 2 end
if version ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'version', ARGV[2])
-- Lua's stack holds some 8,000 values.
for i = 3, #ARGV, 3000 do
  redis.call('HSET', KEYS[1], unpack(ARGV, i, math.min(i + 2999, #ARGV)))
end
return 1
