-- Why: the operator of the installation limits how many recipients one request of a tenant may name. NULL: the default.

ALTER TABLE tenants ADD COLUMN max_recipients integer CHECK (max_recipients >= 1);

GRANT INSERT (max_recipients), UPDATE (max_recipients) ON tenants TO campanile_app;
