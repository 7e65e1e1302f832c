-- Why: services call with keys that can be listed and revoked, instead of tokens that nobody can take back. And the
-- installation's operator manages tenants by the API, which works as campanile_app: a transaction names the tenant that it
-- creates or changes, as with every other table.

-- Of a key only the hash is stored. Scopes and networks are lists with spaces, as in a token.
CREATE TABLE api_keys (
    tenant       text        NOT NULL,
    id           uuid        NOT NULL,
    hash         bytea       NOT NULL,
    name         text        NOT NULL,
    scopes       text        NOT NULL,
    user_id      text,
    networks     text        NOT NULL,
    created_at   timestamptz NOT NULL,
    created_by   text        NOT NULL,
    expires_at   timestamptz,
    revoked_at   timestamptz,
    last_used_at timestamptz,
    replaces     uuid,
    PRIMARY KEY (tenant, id)
);
-- A key names itself, not its tenant.
CREATE INDEX api_keys_id ON api_keys (id);

ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY app_current ON api_keys TO campanile_app
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
-- Whose key it is is the answer, so the API asks through the worker's role.
CREATE POLICY worker_all ON api_keys FOR SELECT TO campanile_worker USING (true);
CREATE POLICY worker_removes ON api_keys FOR DELETE TO campanile_worker
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL);
GRANT SELECT, INSERT, UPDATE (expires_at, revoked_at, last_used_at), DELETE ON api_keys TO campanile_app;
GRANT SELECT, DELETE ON api_keys TO campanile_worker;

-- A suspended tenant accepts and delivers nothing. One that is being removed is unknown to callers, while a worker removes
-- what it has. NULL of max_api_keys: the default.
ALTER TABLE tenants ADD COLUMN suspended_at timestamptz;
ALTER TABLE tenants ADD COLUMN removing_since timestamptz;
ALTER TABLE tenants ADD COLUMN max_api_keys integer CHECK (max_api_keys >= 0);
CREATE INDEX tenants_removing_since ON tenants (removing_since) WHERE removing_since IS NOT NULL;

CREATE POLICY app_creates ON tenants FOR INSERT TO campanile_app
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
GRANT INSERT (tenant, created_at, retry_ladder_ms, link_schemes, locale, push_badge, max_api_keys)
    ON tenants TO campanile_app;
GRANT UPDATE (retry_ladder_ms, link_schemes, locale, push_badge, suspended_at, removing_since, max_api_keys)
    ON tenants TO campanile_app;

-- A worker removes all rows of the tenants that its transaction names.
CREATE POLICY worker_removes ON tenants FOR DELETE TO campanile_worker
    USING (removing_since IS NOT NULL
           AND array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL);
CREATE POLICY worker_removes ON tenant_keys FOR DELETE TO campanile_worker
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL);
CREATE POLICY worker_removes ON providers FOR DELETE TO campanile_worker
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL);
CREATE POLICY worker_removes ON topics TO campanile_worker
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL);
CREATE POLICY worker_removes ON template_drafts TO campanile_worker
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL);
CREATE POLICY worker_removes ON template_brands TO campanile_worker
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL);
-- Rows are removed by their place.
GRANT SELECT (tenant, ctid) ON topics, template_drafts, template_brands TO campanile_worker;
GRANT SELECT (ctid) ON users, idempotency_keys, dead_letters TO campanile_worker;
GRANT DELETE ON tenants, tenant_keys, providers, account_pauses, users, preferences, tenant_preferences, topics,
    topic_subscribers, template_types, template_drafts, template_brands TO campanile_worker;
-- Deleting a tenant begins with its key: what is sealed under it cannot be read any more, backups included.
GRANT DELETE ON tenant_keys TO campanile_app;
