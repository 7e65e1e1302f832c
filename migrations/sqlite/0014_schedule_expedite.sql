-- Why: where a tenant's accounts change, what waits for them comes forward, and not by way of what all
-- its other channels have waiting, nor of what waits for quiet hours (of a user).
CREATE INDEX schedule_expedite ON schedule (tenant, channel, due_at)
    WHERE kind = 'retry' AND user_id IS NULL;
