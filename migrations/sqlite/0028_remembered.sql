-- Why: some things need to be known for a time and read by no one: that an operator took an address off the suppression list, so
-- that a late bounce does not put it back; that a link was used. What it was about is stored as a hash (ADR 86).

CREATE TABLE remembered (
    tenant     TEXT    NOT NULL,
    kind       TEXT    NOT NULL CHECK (kind IN ('suppression_lifted', 'link_used')),
    digest     BLOB    NOT NULL CHECK (length(digest) = 32),
    at         INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, kind, digest)
) WITHOUT ROWID;
CREATE INDEX remembered_expires ON remembered (expires_at);
