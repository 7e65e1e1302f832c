-- Why: bounces and complaints about mails come in through an ingest address of another kind. SQLite changes a CHECK only with its
-- table.

CREATE TABLE ingest_addresses_new (
    tenant     TEXT    NOT NULL,
    id         BLOB    NOT NULL,
    kind       TEXT    NOT NULL CHECK (kind IN ('apprise', 'ntfy', 'alertmanager', 'grafana', 'webhook', 'mail_report')),
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
INSERT INTO ingest_addresses_new SELECT tenant, id, kind, name, key_digest, users, topic, settings, sealed, created_at,
    revoked_at FROM ingest_addresses;
DROP TABLE ingest_addresses;
ALTER TABLE ingest_addresses_new RENAME TO ingest_addresses;
CREATE UNIQUE INDEX ingest_addresses_key ON ingest_addresses (key_digest, tenant);
