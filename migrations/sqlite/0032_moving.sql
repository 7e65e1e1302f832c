-- How far the import of a tenant from another database is (`campanile import`).

CREATE TABLE tenant_imports (
    tenant      TEXT    NOT NULL PRIMARY KEY,
    file        BLOB    NOT NULL,
    -- How many frames of the file are stored.
    frames      INTEGER NOT NULL,
    started_at  INTEGER NOT NULL,
    finished_at INTEGER
) WITHOUT ROWID;
