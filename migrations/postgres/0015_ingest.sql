-- Why: programs that speak another protocol (Apprise, ntfy, Alertmanager, Grafana, webhooks of any shape) send through an
-- address of the tenant's, whose key can be revoked.

-- A call names its key, of which only the SHA-256 is stored. `users` or `topic` says who is notified; neither: the topic that
-- the caller names. `sealed` is the secret that signs a webhook, under the tenant's key.
CREATE TABLE ingest_addresses (
    tenant     text NOT NULL,
    id         uuid NOT NULL,
    kind       text NOT NULL CHECK (kind IN ('apprise', 'ntfy', 'alertmanager', 'grafana', 'webhook')),
    name       text NOT NULL,
    key_digest bytea NOT NULL,
    users      text[],
    topic      text COLLATE "C",
    settings   json NOT NULL,
    sealed     bytea,
    created_at timestamptz NOT NULL,
    revoked_at timestamptz,
    PRIMARY KEY (tenant, id)
);
ALTER TABLE ingest_addresses
    ALTER COLUMN name SET STATISTICS 0,
    ALTER COLUMN users SET STATISTICS 0;
CREATE UNIQUE INDEX ingest_addresses_key ON ingest_addresses (key_digest, tenant);

-- What was sent last for a group of alerts, so that the next notification takes its place and the end of the group closes
-- it. Only ids, so that nothing is left here of a person who is erased.
CREATE TABLE ingest_groups (
    tenant           text NOT NULL,
    address_id       uuid NOT NULL,
    digest           bytea NOT NULL,
    last_state       bytea NOT NULL,
    notification_ids uuid[] NOT NULL,
    fanout_id        uuid,
    updated_at       timestamptz NOT NULL,
    PRIMARY KEY (tenant, address_id, digest)
);
-- Groups that never end are forgotten after a time.
CREATE INDEX ingest_groups_updated ON ingest_groups (updated_at);

ALTER TABLE ingest_addresses ENABLE ROW LEVEL SECURITY;
ALTER TABLE ingest_addresses FORCE ROW LEVEL SECURITY;
ALTER TABLE ingest_groups ENABLE ROW LEVEL SECURITY;
ALTER TABLE ingest_groups FORCE ROW LEVEL SECURITY;
CREATE POLICY app_current ON ingest_addresses TO campanile_app
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
CREATE POLICY app_current ON ingest_groups TO campanile_app
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
-- Workers forget old groups of all tenants, and see nothing else of them.
CREATE POLICY worker_all ON ingest_groups TO campanile_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON ingest_addresses, ingest_groups TO campanile_app;
GRANT SELECT, UPDATE (updated_at), DELETE ON ingest_groups TO campanile_worker;
-- Workers remove the rows of a tenant that is being removed.
CREATE POLICY worker_removes ON ingest_addresses TO campanile_worker
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL);
GRANT SELECT (tenant, ctid), DELETE ON ingest_addresses TO campanile_worker;
