-- Takes events from a token bucket that all ingestors share: those that one has let through already, whatever is left,
-- and some ahead of those to come, as far as there are any. Returns { granted ahead, ms until one more is left again }.
-- KEYS[1] bucket (hash: left, in events; at, in µs of this server's clock)
-- ARGV[1] events a second   ARGV[2] burst   ARGV[3] events let through   ARGV[4] events wanted ahead
local rate, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local stored = redis.call('HMGET', KEYS[1], 'left', 'at')
local left = tonumber(stored[1]) or burst
local at = tonumber(stored[2]) or now
-- A clock that is set back gives nothing and takes nothing.
left = math.min(burst, left + math.max(0, now - at) / 1000000 * rate) - ARGV[3]
local granted = math.max(0, math.min(tonumber(ARGV[4]), math.floor(left)))
left = left - granted
redis.call('HSET', KEYS[1], 'left', string.format('%.17g', left), 'at', string.format('%.0f', now))
-- A bucket that is full again need not be kept: one that is not there is full.
redis.call('PEXPIRE', KEYS[1], math.ceil((burst - left) / rate * 1000) + 1)
if left >= 1 or granted > 0 then return { granted, 0 } end
return { granted, math.max(1, math.ceil((1 - left) / rate * 1000)) }
