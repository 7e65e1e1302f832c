-- Why: an account that cannot be used at all is not called either, but no breaker of it is open. Workers
-- of the release before say nothing of it, and mean that it is.
ALTER TABLE account_troubles ADD COLUMN breaker_open boolean NOT NULL DEFAULT true;
