-- Why: the tenant is part of every key and of every policy.
-- Runs as campanile_owner. The three roles are made beforehand, because they belong to the server.

-- The tenants of this transaction. Unset or empty is NULL, and no row passes a comparison with NULL:
-- a transaction that sets no tenant sees nothing. (After a transaction the setting is '', not NULL.)
CREATE FUNCTION campanile_current_tenants() RETURNS text[]
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN string_to_array(NULLIF(current_setting('campanile.tenants', true), ''), ',');

CREATE TABLE tenants (
    tenant          text PRIMARY KEY CHECK (tenant ~ '^[a-z0-9-]{1,63}$'),
    created_at      timestamptz NOT NULL,
    retry_ladder_ms bigint[],
    -- NULL: the installation's term.
    retention_days  integer CHECK (retention_days BETWEEN 1 AND 3650)
);

-- How policies are written, here and in all files after this one:
--   USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
-- array_position cannot be an index condition. With `tenant = ANY (…)` the planner would take any index that begins
-- with the tenant and read all of the tenant's rows (ADR 30). WITH CHECK looks at single rows, so there it does no harm.
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants FORCE ROW LEVEL SECURITY;
CREATE POLICY app_current ON tenants FOR SELECT TO campanile_app
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL);
CREATE POLICY app_retention ON tenants FOR UPDATE TO campanile_app
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
CREATE POLICY worker_all ON tenants FOR SELECT TO campanile_worker USING (true);
CREATE POLICY owner_all ON tenants TO campanile_owner USING (true) WITH CHECK (true);
GRANT SELECT ON tenants TO campanile_app, campanile_worker;
-- A tenant sets its own term, and no other column of its row.
GRANT UPDATE (retention_days) ON tenants TO campanile_app;
