-- Services call back what they sent; plans, workers and retries read the mark with those of users.
ALTER TABLE notifications ADD COLUMN cancelled_at INTEGER;
