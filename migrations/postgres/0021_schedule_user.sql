-- no-transaction
-- Why: when somebody chooses anew, what waits for their quiet hours is looked at at once. Only such rows
-- bear a user's name.
CREATE INDEX CONCURRENTLY IF NOT EXISTS schedule_user ON schedule (tenant, user_id, key)
    WHERE user_id IS NOT NULL;
