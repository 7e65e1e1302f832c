-- Why: each tenant's own accounts at providers. What is secret in them is sealed under a key of the
-- tenant's, which is stored wrapped under the installation's master key.
CREATE TABLE tenant_keys (
    tenant     TEXT    NOT NULL PRIMARY KEY,
    wrapped    BLOB    NOT NULL,
    created_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE providers (
    tenant      TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    channel     TEXT    NOT NULL,
    settings    TEXT    NOT NULL,
    sealed      BLOB    NOT NULL,
    weight      INTEGER NOT NULL,
    failover_to TEXT,
    version     BLOB    NOT NULL,
    updated_at  INTEGER NOT NULL,
    PRIMARY KEY (tenant, name)
) WITHOUT ROWID;
