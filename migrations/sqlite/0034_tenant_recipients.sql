-- Why: the operator of the installation limits how many recipients one request of a tenant may name. NULL: the default.

ALTER TABLE tenants ADD COLUMN max_recipients INTEGER CHECK (max_recipients >= 1);
