-- Why: each tenant's due rows are read in their order and only as many as a turn takes; what goes without
-- room in its window (sends, and the critical lane), without passing all that waits for room.
CREATE INDEX schedule_tenant_due ON schedule (tenant, due_at);
CREATE INDEX schedule_urgent ON schedule (tenant, due_at) WHERE kind = 'send' OR lane = 0;
