-- Why: programs that speak another protocol (Apprise, ntfy, Alertmanager, Grafana, webhooks of any shape) send through an
-- address of the tenant's, whose key can be revoked.

-- A call names its key, of which only the SHA-256 is stored. `users` (a JSON list) or `topic` says who is notified; neither:
-- the topic that the caller names. `sealed` is the secret that signs a webhook, under the tenant's key.
CREATE TABLE ingest_addresses (
    tenant     TEXT    NOT NULL,
    id         BLOB    NOT NULL,
    kind       TEXT    NOT NULL CHECK (kind IN ('apprise', 'ntfy', 'alertmanager', 'grafana', 'webhook')),
    name       TEXT    NOT NULL,
    key_digest BLOB    NOT NULL,
    users      TEXT,
    topic      TEXT,
    settings   TEXT    NOT NULL,
    sealed     BLOB,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER,
    PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX ingest_addresses_key ON ingest_addresses (key_digest, tenant);

-- What was sent last for a group of alerts. Only ids, so that nothing is left here of a person who is erased.
CREATE TABLE ingest_groups (
    tenant           TEXT    NOT NULL,
    address_id       BLOB    NOT NULL,
    digest           BLOB    NOT NULL,
    last_state       BLOB    NOT NULL,
    notification_ids BLOB    NOT NULL,
    fanout_id        BLOB,
    updated_at       INTEGER NOT NULL,
    PRIMARY KEY (tenant, address_id, digest)
) WITHOUT ROWID;
CREATE INDEX ingest_groups_updated ON ingest_groups (updated_at);
