-- Why: a service learns that two of its users are one person. Everything of the one is moved to the other, in steps (ADR 89).
-- A row says how far that is; it is kept for a time after the end, for those who ask.

CREATE TABLE user_merges (
    tenant        TEXT    NOT NULL,
    from_user     TEXT    NOT NULL,
    into_user     TEXT    NOT NULL CHECK (into_user <> from_user),
    stage         TEXT    NOT NULL CHECK (stage IN ('history', 'topics', 'rest', 'done')),
    after_id      BLOB,
    total         INTEGER NOT NULL,
    notifications INTEGER NOT NULL,
    devices       INTEGER NOT NULL,
    addresses     INTEGER NOT NULL,
    topics        INTEGER NOT NULL,
    started_at    INTEGER NOT NULL,
    subscribed_at INTEGER,
    updated_at    INTEGER NOT NULL,
    due_at        INTEGER NOT NULL,
    ended_at      INTEGER,
    PRIMARY KEY (tenant, from_user),
    CHECK ((stage = 'done') = (ended_at IS NOT NULL))
) WITHOUT ROWID;
-- The kept user may be erased, or be merged into another one.
CREATE INDEX user_merges_into ON user_merges (tenant, into_user);
-- Those that run are few, and found without those that have ended.
CREATE INDEX user_merges_due ON user_merges (due_at) WHERE ended_at IS NULL;
CREATE INDEX user_merges_ended ON user_merges (ended_at) WHERE ended_at IS NOT NULL;
