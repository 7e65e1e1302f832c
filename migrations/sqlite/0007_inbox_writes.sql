-- Why: users see, archive, put off and delete notifications. A deleted row stays without its texts,
-- because deliveries under way still report to it and plans still look at it.
ALTER TABLE notifications ADD COLUMN seen_at INTEGER;
ALTER TABLE notifications ADD COLUMN archived_at INTEGER;
ALTER TABLE notifications ADD COLUMN snoozed_until INTEGER;
ALTER TABLE notifications ADD COLUMN deleted_at INTEGER;
