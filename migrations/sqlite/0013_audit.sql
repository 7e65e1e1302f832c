-- Why: an auditor asks who changed what, and whether the answer was changed since. Each tenant has a chain of rows: the hash
-- of a row covers the row and the hash of the row before (ADR 75).

CREATE TABLE audit_log (
    tenant     TEXT    NOT NULL,
    id         BLOB    NOT NULL,
    seq        INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    actor_kind TEXT    NOT NULL CHECK (actor_kind IN ('token', 'api_key', 'command_line', 'system')),
    actor      TEXT    NOT NULL,
    key_id     TEXT,
    action     TEXT    NOT NULL,
    target     TEXT    NOT NULL,
    before     TEXT,
    after      TEXT,
    request_id TEXT,
    address    TEXT,
    hash       BLOB    NOT NULL,
    PRIMARY KEY (tenant, id)
) WITHOUT ROWID;

-- Where a chain ends, and where it begins after retention has removed rows. `days` is the tenant's own retention period of
-- audit rows.
CREATE TABLE audit_heads (
    tenant      TEXT    NOT NULL PRIMARY KEY,
    seq         INTEGER NOT NULL,
    id          BLOB    NOT NULL,
    hash        BLOB    NOT NULL,
    anchor_seq  INTEGER NOT NULL,
    anchor_hash BLOB    NOT NULL,
    days        INTEGER CHECK (days BETWEEN 30 AND 3650)
) WITHOUT ROWID;
