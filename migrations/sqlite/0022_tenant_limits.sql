-- Why: the operator of the installation limits what a tenant takes. NULL: the installation's default. Rates are texts such as
-- `100/s burst 200`.

ALTER TABLE tenants ADD COLUMN max_requests TEXT;
ALTER TABLE tenants ADD COLUMN max_sends TEXT;
ALTER TABLE tenants ADD COLUMN max_streams INTEGER CHECK (max_streams >= 0);
ALTER TABLE tenants ADD COLUMN max_types INTEGER CHECK (max_types >= 0);
