-- Why: what notifications and fan-outs say is sealed under the tenant's data key (ADR 88): one blob for all texts of a row, whose
-- other columns have none then. A release that knows nothing of it goes on writing texts in the open, which are read as before.

ALTER TABLE notifications ADD COLUMN sealed bytea;
ALTER TABLE notifications ALTER COLUMN sealed SET STATISTICS 0;
ALTER TABLE fanouts ADD COLUMN sealed bytea;
ALTER TABLE fanouts ALTER COLUMN sealed SET STATISTICS 0;

-- Keys that seal nothing any more, until all that they have sealed is sealed with the current one.
CREATE TABLE tenant_former_keys (
    tenant     text        NOT NULL,
    wrapped    bytea       NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, wrapped)
);
ALTER TABLE tenant_former_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_former_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY app_current ON tenant_former_keys TO campanile_app
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
CREATE POLICY worker_all ON tenant_former_keys FOR SELECT TO campanile_worker USING (true);
CREATE POLICY worker_removes ON tenant_former_keys FOR DELETE TO campanile_worker
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL);
GRANT SELECT, DELETE ON tenant_former_keys TO campanile_app;
GRANT SELECT, DELETE ON tenant_former_keys TO campanile_worker;

-- The first to seal a text of a tenant makes its key, which may be a worker with a fan-out.
CREATE POLICY worker_makes ON tenant_keys FOR INSERT TO campanile_worker
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
GRANT INSERT ON tenant_keys TO campanile_worker;
