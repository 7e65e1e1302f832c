-- no-transaction
-- Why: most turns of the relay plan what has just been accepted. By tenant they would pass all the
-- rows that were removed since the last vacuum, tenant by tenant; by time they begin behind them.
CREATE INDEX CONCURRENTLY IF NOT EXISTS outbox_id ON outbox (id);
