-- Why: the tenant is part of every key.
-- All files of this set: ids are 16-byte blobs, times are microseconds since 1970 (UTC). The tables are those of the
-- Postgres set, file by file; one process uses the database, so there are no roles, policies or partitions.

CREATE TABLE tenants (
    tenant          TEXT    NOT NULL PRIMARY KEY,
    created_at      INTEGER NOT NULL,
    retry_ladder_ms TEXT,
    -- NULL: the installation's term.
    retention_days  INTEGER CHECK (retention_days BETWEEN 1 AND 3650)
) WITHOUT ROWID;
