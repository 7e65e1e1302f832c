-- Why: the operator of the installation limits what a tenant takes. NULL: the installation's default. Rates are texts such as
-- `100/s burst 200`.

ALTER TABLE tenants ADD COLUMN max_requests text;
ALTER TABLE tenants ADD COLUMN max_sends text;
ALTER TABLE tenants ADD COLUMN max_streams integer CHECK (max_streams >= 0);
ALTER TABLE tenants ADD COLUMN max_types integer CHECK (max_types >= 0);

GRANT INSERT (max_requests, max_sends, max_streams, max_types),
    UPDATE (max_requests, max_sends, max_streams, max_types) ON tenants TO campanile_app;
