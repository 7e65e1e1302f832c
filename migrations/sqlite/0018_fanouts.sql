-- Why: a step that fails again and again must not stand before all others. The row counts how often in
-- a row, and its `due_at` is put off.
ALTER TABLE fanout_work ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
-- Those of a status are listed without passing all others.
CREATE INDEX fanouts_status ON fanouts (tenant, status, id);
