-- Why: what is pending lives in small tables, never as an indexed state on the big ones.

-- Accepted and not planned.
CREATE TABLE outbox (
    tenant           TEXT    NOT NULL,
    lane             INTEGER NOT NULL CHECK (lane IN (0, 1, 2)),
    id               BLOB    NOT NULL,
    notification_ids BLOB    NOT NULL,
    created_at       INTEGER NOT NULL,
    PRIMARY KEY (tenant, lane, id)
) WITHOUT ROWID;

-- Planned and not done: in the queue or with a worker. `refs` holds pairs of notification id and delivery id.
CREATE TABLE dispatch (
    tenant        TEXT    NOT NULL,
    id            BLOB    NOT NULL,
    channel       TEXT    NOT NULL CHECK (channel IN ('in_app', 'push', 'email', 'webhook', 'slack', 'discord',
                                                      'pushover', 'apprise', 'web_push')),
    lane          INTEGER NOT NULL CHECK (lane IN (0, 1, 2)),
    epoch         INTEGER NOT NULL DEFAULT 0,
    refs          BLOB    NOT NULL,
    size          INTEGER NOT NULL,
    publish_after INTEGER NOT NULL,
    holder        BLOB,
    created_at    INTEGER NOT NULL,
    PRIMARY KEY (tenant, id)
) WITHOUT ROWID;

-- Waits for its time: a notification to be sent later, or a delivery to be tried again. `key` is the notification's or
-- the delivery's id, so a second row for the same thing moves the first.
CREATE TABLE schedule (
    tenant          TEXT    NOT NULL,
    key             BLOB    NOT NULL,
    kind            TEXT    NOT NULL CHECK (kind IN ('send', 'retry')),
    notification_id BLOB    NOT NULL,
    channel         TEXT    CHECK (channel IN ('in_app', 'push', 'email', 'webhook', 'slack', 'discord',
                                               'pushover', 'apprise', 'web_push')),
    lane            INTEGER NOT NULL CHECK (lane IN (0, 1, 2)),
    -- Whose quiet hours a delivery waits for; NULL in all other rows.
    user_id         TEXT,
    due_at          INTEGER NOT NULL,
    PRIMARY KEY (tenant, key),
    CHECK ((channel IS NOT NULL) = (kind = 'retry'))
) WITHOUT ROWID;
-- One to see that nothing is due without visiting every tenant, one to take turns among tenants.
CREATE INDEX schedule_due ON schedule (due_at, tenant);
CREATE INDEX schedule_tenant_due ON schedule (tenant, due_at);
-- What goes without room in its tenant's window (sends, and the critical lane) is found without passing all that waits
-- for room.
CREATE INDEX schedule_urgent ON schedule (tenant, due_at) WHERE kind = 'send' OR lane = 0;
-- When a tenant's accounts change, what waits for them becomes due early. By tenant and time the look-up would pass what
-- all other channels have waiting, and what waits for quiet hours.
CREATE INDEX schedule_expedite ON schedule (tenant, channel, due_at) WHERE kind = 'retry' AND user_id IS NULL;
-- When a user's preferences or time zone change, what waits for their quiet hours is looked at at once.
CREATE INDEX schedule_user ON schedule (tenant, user_id, key) WHERE user_id IS NOT NULL;
