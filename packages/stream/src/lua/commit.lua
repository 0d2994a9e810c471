-- Writes folded keys, and the position that they stand for, in one step if the stamp is the caller's last.
-- Returns 1 when written, 2 when this very write is already there (a command sent again), 0 when refused.
-- KEYS[1] pos   KEYS[2] state (hash)   KEYS[3] timers (zset by due)   KEYS[4] index names (set)   KEYS[5..] indexes (zsets)
-- ARGV[1] stamp that must be there   ARGV[2] stamp that replaces it
-- then five groups, each a count of items and the items:
--   position fields (field, value)   states (key, bytes)   keys gone   timers (due, key; due '' clears)
--   index moves (number of KEYS to leave or 0, number to enter or 0, value, key)
local stamp = redis.call('HGET', KEYS[1], 'stamp')
if stamp == ARGV[2] then return 2 end
if stamp ~= ARGV[1] then return 0 end
local i = 3
-- Lua's stack holds some 8,000 values: writes go in slices of 3,000.
local function group(width, write)
  local n = tonumber(ARGV[i]) * width
  i = i + 1
  local last = i + n - 1
  while i <= last do
    local slice = math.min(i + 2999 - (2999 % width) - 1, last)
    write(i, slice)
    i = slice + 1
  end
end
group(2, function(a, b) redis.call('HSET', KEYS[1], unpack(ARGV, a, b)) end)
group(2, function(a, b) redis.call('HSET', KEYS[2], unpack(ARGV, a, b)) end)
group(1, function(a, b) redis.call('HDEL', KEYS[2], unpack(ARGV, a, b)) end)
group(2, function(a, b)
  for j = a, b, 2 do
    if ARGV[j] == '' then redis.call('ZREM', KEYS[3], ARGV[j + 1])
    else redis.call('ZADD', KEYS[3], ARGV[j], ARGV[j + 1]) end
  end
end)
group(4, function(a, b)
  for j = a, b, 4 do
    local leave, enter = tonumber(ARGV[j]), tonumber(ARGV[j + 1])
    if leave > 0 then redis.call('ZREM', KEYS[leave], ARGV[j + 3]) end
    if enter > 0 then
      redis.call('ZADD', KEYS[enter], ARGV[j + 2], ARGV[j + 3])
      redis.call('SADD', KEYS[4], KEYS[enter])
    end
  end
end)
redis.call('HSET', KEYS[1], 'stamp', ARGV[2])
return 1
