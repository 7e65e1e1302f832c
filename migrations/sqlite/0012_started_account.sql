-- Why: a call that was cut off may have gone out, so only its account may be asked again.
ALTER TABLE deliveries ADD COLUMN started_account TEXT;
