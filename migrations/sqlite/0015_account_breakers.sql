-- Why: an account that cannot be used at all is not called either, but no breaker of it is open.
ALTER TABLE account_troubles ADD COLUMN breaker_open INTEGER NOT NULL DEFAULT 1;
