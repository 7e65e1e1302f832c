-- Why: each tenant's own accounts at providers. What is secret in them is sealed under a key of the
-- tenant's, which is stored wrapped under the installation's master key.
CREATE TABLE tenant_keys (
    tenant     text PRIMARY KEY,
    wrapped    bytea NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE TABLE providers (
    tenant      text NOT NULL,
    name        text NOT NULL,
    channel     text NOT NULL,
    settings    json NOT NULL,
    sealed      bytea NOT NULL,
    weight      integer NOT NULL,
    failover_to text,
    version     uuid NOT NULL,
    updated_at  timestamptz NOT NULL,
    PRIMARY KEY (tenant, name)
);
ALTER TABLE tenant_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_keys FORCE ROW LEVEL SECURITY;
ALTER TABLE providers ENABLE ROW LEVEL SECURITY;
ALTER TABLE providers FORCE ROW LEVEL SECURITY;
CREATE POLICY app_current ON tenant_keys TO campanile_app
    USING (tenant = ANY ((SELECT campanile_current_tenants())::text[]))
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
CREATE POLICY app_current ON providers TO campanile_app
    USING (tenant = ANY ((SELECT campanile_current_tenants())::text[]))
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
-- A worker delivers for everybody, so it has to know everybody's accounts.
CREATE POLICY worker_all ON tenant_keys FOR SELECT TO campanile_worker USING (true);
CREATE POLICY worker_all ON providers FOR SELECT TO campanile_worker USING (true);
GRANT SELECT, INSERT ON tenant_keys TO campanile_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON providers TO campanile_app;
GRANT SELECT ON tenant_keys, providers TO campanile_worker;
