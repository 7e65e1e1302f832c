-- Why: tenants may keep their notifications for another term than the installation's.
ALTER TABLE tenants ADD COLUMN retention_days INTEGER CHECK (retention_days BETWEEN 1 AND 3650);
