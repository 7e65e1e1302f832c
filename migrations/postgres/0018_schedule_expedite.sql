-- no-transaction
-- Why: where a tenant's accounts change, what waits for them comes forward. By tenant and time the look
-- passes what all its other channels have waiting, and what waits for quiet hours (of a user) hides it.
CREATE INDEX CONCURRENTLY IF NOT EXISTS schedule_expedite ON schedule (tenant, channel, due_at)
    WHERE kind = 'retry' AND user_id IS NULL;
