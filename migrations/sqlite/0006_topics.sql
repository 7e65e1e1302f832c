-- Why: a send to a topic is accepted as one row and made into notifications step by step.

-- `revision` counts the changes of a topic, so that a fan-out is for those who were subscribed at its `as_of`.
CREATE TABLE topics (
    tenant      TEXT    NOT NULL,
    topic       TEXT    NOT NULL,
    subscribers INTEGER NOT NULL CHECK (subscribers >= 0),
    revision    INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    PRIMARY KEY (tenant, topic)
) WITHOUT ROWID;

CREATE TABLE topic_subscribers (
    tenant     TEXT    NOT NULL,
    topic      TEXT    NOT NULL,
    user_id    TEXT    NOT NULL,
    revision   INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, topic, user_id)
) WITHOUT ROWID;
-- For the erasure of a person.
CREATE INDEX topic_subscribers_user ON topic_subscribers (tenant, user_id);

-- Written when it is accepted and once more when it is over; without a status it is not over. `channels` is as in
-- notifications.
CREATE TABLE fanouts (
    tenant            TEXT    NOT NULL,
    id                BLOB    NOT NULL,
    topic             TEXT    NOT NULL,
    as_of             INTEGER NOT NULL,
    accepted          INTEGER NOT NULL,
    notification_type TEXT    NOT NULL,
    priority          TEXT    NOT NULL CHECK (priority IN ('critical', 'high', 'normal', 'low')),
    title             TEXT,
    body              TEXT,
    content           TEXT    NOT NULL,
    channels          TEXT,
    in_inbox          INTEGER NOT NULL,
    send_at           INTEGER,
    expires_at        INTEGER,
    collapse_key      TEXT,
    correlation_id    TEXT    NOT NULL,
    expanded          INTEGER NOT NULL DEFAULT 0,
    status            TEXT    CHECK (status IN ('done', 'cancelled', 'expired')),
    -- How many notifications were called back, written when the recall ends.
    recalled          INTEGER NOT NULL DEFAULT 0,
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL,
    finished_at       INTEGER,
    PRIMARY KEY (tenant, id),
    CHECK ((status IS NULL) = (finished_at IS NULL))
);
-- Fan-outs of one status are listed without passing all others.
CREATE INDEX fanouts_status ON fanouts (tenant, status, id);

-- What is to be done. `cursor` is the last subscriber that was looked at. A step that fails counts in `failures` and
-- moves `due_at`, so that it does not hold up all others.
CREATE TABLE fanout_work (
    tenant     TEXT    NOT NULL,
    id         BLOB    NOT NULL,
    lane       INTEGER NOT NULL CHECK (lane IN (0, 1, 2)),
    due_at     INTEGER NOT NULL,
    accepted   INTEGER NOT NULL,
    expanded   INTEGER NOT NULL DEFAULT 0,
    failures   INTEGER NOT NULL DEFAULT 0,
    cursor     TEXT,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, id)
) WITHOUT ROWID;

-- Cancelling a send to a topic also calls back what it has made. Each step leaves a row that names its notifications by
-- the first and the last: their ids are consecutive. A recall removes these rows as it goes, so that what is left of
-- them is what is left to do.
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
