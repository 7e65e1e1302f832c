-- Why: users delete notifications. The row stays until its partition is dropped, without its texts,
-- because deliveries under way still report to it and plans still look at it. The column stands in
-- no index, so setting it is a HOT update.
ALTER TABLE notifications ADD COLUMN deleted_at timestamptz;
