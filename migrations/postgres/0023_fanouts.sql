-- Why: a step that fails again and again must not stand before all others. The row counts how often in
-- a row, and its `due_at` is put off; the release before neither reads nor writes the number.
ALTER TABLE fanout_work ADD COLUMN failures integer NOT NULL DEFAULT 0;
GRANT UPDATE (due_at, failures) ON fanout_work TO campanile_worker;
