-- The whole model of the single process. Ids are 16-byte blobs, times are microseconds since 1970 (UTC).
-- What waits lives in small tables (outbox, dispatch, schedule), never as an index on the big ones.

CREATE TABLE tenants (
    tenant          TEXT    NOT NULL PRIMARY KEY,
    created_at      INTEGER NOT NULL,
    retry_ladder_ms TEXT
) WITHOUT ROWID;

CREATE TABLE notifications (
    tenant            TEXT    NOT NULL,
    id                BLOB    NOT NULL,
    user_id           TEXT    NOT NULL,
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
    read_at           INTEGER,
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX notifications_user ON notifications (tenant, user_id, id);
CREATE INDEX notifications_unread ON notifications (tenant, user_id, id) WHERE read_at IS NULL;
CREATE INDEX notifications_type ON notifications (tenant, user_id, notification_type, id);

CREATE TABLE deliveries (
    tenant            TEXT    NOT NULL,
    notification_id   BLOB    NOT NULL,
    id                BLOB    NOT NULL,
    channel           TEXT    NOT NULL,
    address           TEXT    NOT NULL,
    state             TEXT    NOT NULL,
    reason            TEXT,
    next_attempt_at   INTEGER,
    attempts          TEXT    NOT NULL DEFAULT '[]',
    unfinished_starts INTEGER NOT NULL DEFAULT 0,
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL,
    PRIMARY KEY (tenant, notification_id, id)
);

-- Accepted, to be planned.
CREATE TABLE outbox (
    tenant           TEXT    NOT NULL,
    lane             INTEGER NOT NULL,
    id               BLOB    NOT NULL,
    notification_ids BLOB    NOT NULL,
    created_at       INTEGER NOT NULL,
    PRIMARY KEY (tenant, lane, id)
) WITHOUT ROWID;

-- In the queue or in a worker's hands. `refs` holds pairs of notification id and delivery id.
CREATE TABLE dispatch (
    tenant        TEXT    NOT NULL,
    id            BLOB    NOT NULL,
    channel       TEXT    NOT NULL,
    lane          INTEGER NOT NULL,
    epoch         INTEGER NOT NULL DEFAULT 0,
    refs          BLOB    NOT NULL,
    size          INTEGER NOT NULL,
    publish_after INTEGER NOT NULL,
    holder        BLOB,
    created_at    INTEGER NOT NULL,
    PRIMARY KEY (tenant, id)
) WITHOUT ROWID;

-- Waits for its time. The key is the delivery's id for a retry, the notification's for a send.
CREATE TABLE schedule (
    tenant          TEXT    NOT NULL,
    key             BLOB    NOT NULL,
    kind            TEXT    NOT NULL,
    notification_id BLOB    NOT NULL,
    channel         TEXT,
    lane            INTEGER NOT NULL,
    due_at          INTEGER NOT NULL,
    PRIMARY KEY (tenant, key)
) WITHOUT ROWID;
CREATE INDEX schedule_due ON schedule (due_at, tenant);

CREATE TABLE idempotency_keys (
    tenant      TEXT    NOT NULL,
    key         TEXT    NOT NULL,
    fingerprint BLOB    NOT NULL,
    response    TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL,
    PRIMARY KEY (tenant, key)
) WITHOUT ROWID;
CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at);

CREATE TABLE workers (
    id           BLOB    NOT NULL PRIMARY KEY,
    host         TEXT    NOT NULL,
    heartbeat_at INTEGER NOT NULL
) WITHOUT ROWID;
