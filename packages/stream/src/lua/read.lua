-- One reading command in the same step as the proof that the reader still owns the partition.
-- Returns the command's reply; nil where the stamp is another's.
-- KEYS[1] pos   KEYS[2] what is read
-- ARGV[1] stamp   ARGV[2] command   ARGV[3..] its arguments after the key (at most 7,000: Lua's stack)
if redis.call('HGET', KEYS[1], 'stamp') ~= ARGV[1] then return nil end
return redis.call(ARGV[2], KEYS[2], unpack(ARGV, 3))
