-- no-transaction
-- Why: a device is looked up by what its app registered. With the tenant first, this index looked as good as any other
-- of the tenant's to a planner without statistics, which then read all its devices. It takes the place of a constraint.
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS devices_value ON devices (value, kind, tenant);
