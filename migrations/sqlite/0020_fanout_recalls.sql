-- Why: calling off a send to a topic also calls back what it has made. Each step leaves a row that names
-- its notifications by the first and the last: their ids follow one upon the other. A recall takes these
-- rows away as it goes, so that what is left of them is what is left to do.
CREATE TABLE fanout_batches (
    tenant    TEXT NOT NULL,
    fanout_id BLOB NOT NULL,
    first_id  BLOB NOT NULL,
    last_id   BLOB NOT NULL,
    PRIMARY KEY (tenant, fanout_id, first_id)
) WITHOUT ROWID;

-- What is to be called back: a row from the call until the last batch is gone.
CREATE TABLE fanout_recalls (
    tenant     TEXT    NOT NULL,
    id         BLOB    NOT NULL,
    due_at     INTEGER NOT NULL,
    recalled   INTEGER NOT NULL DEFAULT 0,
    failures   INTEGER NOT NULL DEFAULT 0,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, id)
) WITHOUT ROWID;

-- How many were called back, written when the recall ends.
ALTER TABLE fanouts ADD COLUMN recalled INTEGER NOT NULL DEFAULT 0;
