-- Why: what operators look at, and what the process has to remember about its file.

-- What died is listed, replayed and purged without an index on the state of the big table. Messages of the queue that no
-- worker could read are listed beside the deliveries: they name no notification and no user, and no channel where their
-- queue is unknown.
CREATE TABLE dead_letters (
    tenant          TEXT    NOT NULL,
    id              BLOB    NOT NULL,
    notification_id BLOB,
    user_id         TEXT,
    channel         TEXT    CHECK (channel IN ('in_app', 'push', 'email', 'webhook', 'slack', 'discord',
                                               'pushover', 'apprise', 'web_push')),
    lane            INTEGER NOT NULL CHECK (lane IN (0, 1, 2)),
    code            TEXT    NOT NULL,
    detail          TEXT    NOT NULL,
    attempts        INTEGER NOT NULL,
    died_at         INTEGER NOT NULL,
    PRIMARY KEY (tenant, id),
    CHECK (CASE WHEN notification_id IS NULL THEN user_id IS NULL
                ELSE user_id IS NOT NULL AND channel IS NOT NULL END)
) WITHOUT ROWID;
CREATE INDEX dead_letters_died_at ON dead_letters (tenant, died_at, id);

-- Leases hang on heartbeats. Beside them stands what the health report says: whether the queue works, and which channels
-- have an account, as a list with commas.
CREATE TABLE workers (
    id           BLOB    NOT NULL PRIMARY KEY,
    host         TEXT    NOT NULL,
    heartbeat_at INTEGER NOT NULL,
    queue_up     INTEGER,
    channels     TEXT
) WITHOUT ROWID;

-- What a worker has sent, by channel and hour: totals, so that a repeated write changes nothing.
CREATE TABLE sent_hours (
    worker       BLOB    NOT NULL,
    channel      TEXT    NOT NULL CHECK (channel IN ('in_app', 'push', 'email', 'webhook', 'slack', 'discord',
                                                     'pushover', 'apprise', 'web_push')),
    hour         INTEGER NOT NULL,
    sent         INTEGER NOT NULL,
    failed       INTEGER NOT NULL,
    last_sent_at INTEGER,
    PRIMARY KEY (hour, worker, channel)
) WITHOUT ROWID;

-- After a person was erased, the file is written anew before it is closed (see scrub.rs in storage-sqlite). A row says
-- that this is due, also to the process after one that was killed.
CREATE TABLE rewrite_due (one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1));
