//! Steps that must run as one, as Lua scripts.

/// The field of a user's hash that holds the ticket. Questions never begin like this.
pub(crate) const TICKET: &str = "ticket";

/// Keys: generation, inbox, writers. Arguments: a fresh random text, life in ms.
/// Gives the inbox's ticket, a new one if it has none of this generation; nothing while another
/// writes.
pub(crate) const OPEN: &str = "
if redis.call('EXISTS', KEYS[3]) == 1 then return false end
local generation = redis.call('GET', KEYS[1])
if not generation then
  generation = ARGV[1]
  redis.call('SET', KEYS[1], generation, 'EX', 604800)
end
local ticket = redis.call('HGET', KEYS[2], 'ticket')
if ticket and string.sub(ticket, 1, #generation + 1) == generation .. ':' then return ticket end
ticket = generation .. ':' .. ARGV[1]
redis.call('DEL', KEYS[2])
redis.call('HSET', KEYS[2], 'ticket', ticket)
redis.call('PEXPIRE', KEYS[2], ARGV[2])
return ticket";

/// Keys: inbox. Arguments: ticket, question, answer, life in ms, most fields.
/// The hash lives as long as what lives longest in it; each answer says itself how long it is true.
pub(crate) const KEEP: &str = "
if redis.call('HGET', KEYS[1], 'ticket') ~= ARGV[1] then return end
if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[5])
  and redis.call('HEXISTS', KEYS[1], ARGV[2]) == 0 then return end
redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[4]) then redis.call('PEXPIRE', KEYS[1], ARGV[4]) end";

/// Keys: inbox, writers. Arguments: mark, lease in ms.
pub(crate) const BEGIN: &str = "
local time = redis.call('TIME')
local ends = time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[2])
redis.call('ZADD', KEYS[2], string.format('%.0f', ends), ARGV[1])
redis.call('PEXPIRE', KEYS[2], ARGV[2])
redis.call('DEL', KEYS[1])";

/// Keys: inbox, writers. Arguments: mark. Those whose lease has ended go too, or a writer that died
/// would be kept by those that come after it.
pub(crate) const END: &str = "
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', string.format('%.0f', now))
redis.call('DEL', KEYS[1])";

/// Keys: buckets. Arguments: for each the microseconds of a token, its burst, the tokens wanted.
/// A bucket is the moment (µs) at which it is full. Gives for each: taken, left, µs until it has
/// one, µs until it is full. Lua writes large numbers with few digits, hence the formats.
pub(crate) const TAKE: &str = "
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local until_full, there, empty = {}, {}, false
for i = 1, #KEYS do
  local interval, burst = tonumber(ARGV[3 * i - 2]), tonumber(ARGV[3 * i - 1])
  local full_at = tonumber(redis.call('GET', KEYS[i]) or now)
  until_full[i] = math.max(full_at - now, 0)
  there[i] = math.max(math.floor(burst - until_full[i] / interval + 0.000001), 0)
  if there[i] < 1 then empty = true end
end
local grants = {}
for i = 1, #KEYS do
  local interval, burst = tonumber(ARGV[3 * i - 2]), tonumber(ARGV[3 * i - 1])
  local taken, wait = 0, 0
  if not empty then
    taken = math.min(there[i], tonumber(ARGV[3 * i]))
    until_full[i] = until_full[i] + taken * interval
    local life = math.ceil(until_full[i] / 1000) + 1
    redis.call('SET', KEYS[i], string.format('%.0f', now + until_full[i]),
      'PX', string.format('%.0f', life))
  elseif there[i] < 1 then
    wait = math.max(math.ceil(until_full[i] - (burst - 1) * interval), 1)
  end
  grants[i] = {taken, there[i] - taken, wait, math.ceil(until_full[i])}
end
return grants";
