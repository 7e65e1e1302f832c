-- Why: keys are rotated (ADR 91). A tenant gets a new data key, and what the former ones have encrypted is encrypted with
-- it, in steps; a row says how far that is. The same steps encrypt what lies in the open. The tenants' keys are encrypted
-- again if the master key is rotated.

CREATE TABLE key_rotations (
    tenant        TEXT    NOT NULL PRIMARY KEY,
    -- When the key was replaced; without it only what lies in the open is encrypted.
    rotated_at    INTEGER,
    seals_open    INTEGER NOT NULL,
    pass          INTEGER NOT NULL,
    pass_began_at INTEGER NOT NULL,
    -- Rows of former keys that the pass has found.
    pass_found    INTEGER NOT NULL,
    -- The table, and the key of the last row that was looked at.
    place         TEXT    NOT NULL,
    position      TEXT,
    -- When the first row of the table was made, and the last one that was looked at.
    first_at      INTEGER,
    reached_at    INTEGER,
    looked_at     INTEGER NOT NULL,
    resealed      INTEGER NOT NULL,
    sealed        INTEGER NOT NULL,
    unreadable    INTEGER NOT NULL,
    started_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    due_at        INTEGER NOT NULL,
    ended_at      INTEGER
) WITHOUT ROWID;
-- Those that run are few, and found without those that have ended.
CREATE INDEX key_rotations_due ON key_rotations (due_at) WHERE ended_at IS NULL;

-- How far the rotation of the master key is: one row at most.
CREATE TABLE master_key_rotation (
    id         INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    place      TEXT    NOT NULL,
    position   TEXT,
    looked_at  INTEGER NOT NULL,
    rewrapped  INTEGER NOT NULL,
    -- Keys that neither master key opens.
    unreadable INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    due_at     INTEGER NOT NULL,
    ended_at   INTEGER
);
