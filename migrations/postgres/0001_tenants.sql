-- Why: tenants are what every policy is about, and workers' heartbeats are what leases hang on.
-- Runs as campanile_owner; the three roles are made beforehand, because they belong to the server.

-- The tenants of this transaction. Unset or empty is NULL, and `tenant = ANY (NULL)` is never true:
-- whoever forgets to set them sees nothing. (After a transaction the setting is '', not NULL.)
CREATE FUNCTION campanile_current_tenants() RETURNS text[]
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN string_to_array(NULLIF(current_setting('campanile.tenants', true), ''), ',');

CREATE TABLE tenants (
    tenant          text PRIMARY KEY CHECK (tenant ~ '^[a-z0-9-]{1,63}$'),
    created_at      timestamptz NOT NULL,
    retry_ladder_ms bigint[]
);
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants FORCE ROW LEVEL SECURITY;
CREATE POLICY app_current ON tenants FOR SELECT TO campanile_app
    USING (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
CREATE POLICY worker_all ON tenants FOR SELECT TO campanile_worker USING (true);
CREATE POLICY owner_all ON tenants TO campanile_owner USING (true) WITH CHECK (true);
GRANT SELECT ON tenants TO campanile_app, campanile_worker;

-- No tenant: a worker serves all of them.
CREATE TABLE workers (
    id           uuid PRIMARY KEY,
    host         text NOT NULL,
    heartbeat_at timestamptz NOT NULL
) WITH (fillfactor = 50);
ALTER TABLE workers ENABLE ROW LEVEL SECURITY;
ALTER TABLE workers FORCE ROW LEVEL SECURITY;
CREATE POLICY worker_all ON workers TO campanile_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON workers TO campanile_worker;
