-- no-transaction
-- Why: what goes without room in its tenant's window (sends, and the critical lane) is found without
-- passing all that waits for room.
CREATE INDEX CONCURRENTLY IF NOT EXISTS schedule_urgent ON schedule (tenant, due_at)
    WHERE kind = 'send' OR lane = 0;
