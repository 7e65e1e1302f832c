-- Why: a send to a topic is accepted as one row and made into notifications step by step. `revision`
-- counts the changes of a topic, so that a fan-out is for those who were subscribed at its `as_of`.
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

-- Written when it is accepted and once more when it is over; without a status it is not.
CREATE TABLE fanouts (
    tenant            TEXT    NOT NULL,
    id                BLOB    NOT NULL,
    topic             TEXT    NOT NULL,
    as_of             INTEGER NOT NULL,
    accepted          INTEGER NOT NULL,
    notification_type TEXT    NOT NULL,
    priority          TEXT    NOT NULL,
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
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL,
    finished_at       INTEGER,
    PRIMARY KEY (tenant, id),
    CHECK ((status IS NULL) = (finished_at IS NULL))
);

-- What is to be done. `cursor` is the last subscriber that was looked at.
CREATE TABLE fanout_work (
    tenant     TEXT    NOT NULL,
    id         BLOB    NOT NULL,
    lane       INTEGER NOT NULL,
    due_at     INTEGER NOT NULL,
    accepted   INTEGER NOT NULL,
    expanded   INTEGER NOT NULL DEFAULT 0,
    cursor     TEXT,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
