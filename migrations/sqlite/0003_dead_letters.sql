-- Why: what died is listed, replayed and purged without an index on the state of the big table.
CREATE TABLE dead_letters (
    tenant          TEXT    NOT NULL,
    id              BLOB    NOT NULL,
    notification_id BLOB    NOT NULL,
    user_id         TEXT    NOT NULL,
    channel         TEXT    NOT NULL,
    lane            INTEGER NOT NULL,
    code            TEXT    NOT NULL,
    detail          TEXT    NOT NULL,
    attempts        INTEGER NOT NULL,
    died_at         INTEGER NOT NULL,
    PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE INDEX dead_letters_died_at ON dead_letters (tenant, died_at, id);

-- The attempts made before a replay; the ladder begins anew after them.
ALTER TABLE deliveries ADD COLUMN ladder_from INTEGER NOT NULL DEFAULT 0;
