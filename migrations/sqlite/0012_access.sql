-- Why: services call with keys that can be listed and revoked, and the installation's operator manages tenants by the API.

-- Of a key only the hash is stored. Scopes and networks are lists with spaces, as in a token.
CREATE TABLE api_keys (
    tenant       TEXT    NOT NULL,
    id           BLOB    NOT NULL,
    hash         BLOB    NOT NULL,
    name         TEXT    NOT NULL,
    scopes       TEXT    NOT NULL,
    user_id      TEXT,
    networks     TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    created_by   TEXT    NOT NULL,
    expires_at   INTEGER,
    revoked_at   INTEGER,
    last_used_at INTEGER,
    replaces     BLOB,
    PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
-- A key names itself, not its tenant.
CREATE INDEX api_keys_id ON api_keys (id);

-- A suspended tenant accepts and delivers nothing. One that is being removed is unknown to callers. NULL of max_api_keys:
-- the default.
ALTER TABLE tenants ADD COLUMN suspended_at INTEGER;
ALTER TABLE tenants ADD COLUMN removing_since INTEGER;
ALTER TABLE tenants ADD COLUMN max_api_keys INTEGER CHECK (max_api_keys >= 0);
CREATE INDEX tenants_removing_since ON tenants (removing_since) WHERE removing_since IS NOT NULL;
