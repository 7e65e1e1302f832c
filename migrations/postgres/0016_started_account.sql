-- Why: a call that was cut off may have gone out, so only its account may be asked again. The column
-- stands in no index, so marking is a HOT update.
ALTER TABLE deliveries ADD COLUMN started_account text;
