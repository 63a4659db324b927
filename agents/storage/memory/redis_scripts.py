"""What Redis does in one go: Lua, for Redis 7 and later. Times are milliseconds.

Whatever may fail comes first, since a script that fails undoes nothing: reading what may be of
another kind, then a write that a full server refuses (after another write it refuses none).
"""

_TAKE = """
local function take(lock, holder, ttl)
  local held_by = redis.call('GET', lock)
  if held_by and held_by ~= holder then return 0 end
  redis.call('SET', lock, holder, 'PX', ttl)
  return 1
end
"""

GET_OR_CLAIM = (
    _TAKE
    + """
local values = redis.call('MGET', unpack(KEYS, 2))
if values[1] then return {0, unpack(values)} end
return {take(KEYS[1], ARGV[1], ARGV[2]), unpack(values)}
"""
)
"""Keys: the lock, the values. Arguments: holder, time to live. A value of another kind is none."""

PUT = """
local now = redis.call('TIME')
now = now[1] * 1000 + math.floor(now[2] / 1000)
local ttl = tonumber(ARGV[3])
local is_held = ARGV[4] ~= '' and redis.call('GET', KEYS[3]) == ARGV[4]
redis.call('SET', KEYS[1], ARGV[1], 'PX', ttl)
redis.call('ZADD', KEYS[2], now + ttl, ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
if redis.call('PTTL', KEYS[2]) < ttl then redis.call('PEXPIRE', KEYS[2], ttl) end
if is_held then redis.call('DEL', KEYS[3]) end
"""
"""Keys: the value's, the owner's index, the lock. Arguments: value, name in the index, time to
live, the lock's holder or nothing."""

PURGE = """
local names = redis.call('ZRANGE', KEYS[1], 0, -1)
local purged = 0
for _, name in ipairs(names) do
  purged = purged + redis.call('UNLINK', ARGV[1] .. name)
end
redis.call('UNLINK', KEYS[1])
return purged
"""
"""Keys: the owner's index. Arguments: what stands before the names in it."""

CLAIM = (
    _TAKE
    + """
return take(KEYS[1], ARGV[1], ARGV[2])
"""
)
"""Keys: the lock. Arguments: holder, time to live."""

RELEASE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
"""
"""Keys: the lock. Arguments: holder."""

PAUSE = """
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then
  redis.call('SET', KEYS[1], '', 'PX', ARGV[1])
end
"""
"""Keys: the pause. Arguments: how long it is."""

SPEND = """
local amount = tonumber(ARGV[1])
for i, account in ipairs(KEYS) do
  local held = tonumber(redis.call('GET', account) or 0)
  if not held then return redis.error_reply('ERR the account holds no number') end
  local cap = tonumber(ARGV[i + 2])
  if amount > 0 and cap and held + amount > cap then return false end
end
local sums = {}
for i, account in ipairs(KEYS) do
  local held = redis.call('INCRBY', account, ARGV[1])
  if held < 0 then
    held = 0
    redis.call('SET', account, 0, 'KEEPTTL')
  end
  if redis.call('PTTL', account) < 0 then redis.call('PEXPIRE', account, ARGV[2]) end
  sums[i] = held
end
return sums
"""
"""Keys: the accounts. Arguments: amount, time to live, the cap of each account or nothing."""

PRESENT = """
local now = redis.call('TIME')
now = now[1] * 1000 + math.floor(now[2] / 1000)
local ttl = tonumber(ARGV[2])
redis.call('ZADD', KEYS[1], now + ttl, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('PTTL', KEYS[1]) < ttl then redis.call('PEXPIRE', KEYS[1], ttl) end
return redis.call('ZCARD', KEYS[1])
"""
"""Keys: the group. Arguments: member, time to live."""
