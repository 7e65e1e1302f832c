-- no-transaction
-- Why: as 0027, for a user's devices; the oldest go when there are too many.
CREATE INDEX CONCURRENTLY IF NOT EXISTS devices_owner ON devices (user_id, tenant, last_seen DESC, id DESC);
