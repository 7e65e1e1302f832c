-- Why: what was accepted and what became of it.

-- `channels` is a list with commas, which no CHECK can look into without a subquery.
CREATE TABLE notifications (
    tenant            TEXT    NOT NULL,
    id                BLOB    NOT NULL,
    user_id           TEXT    NOT NULL,
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
    read_at           INTEGER,
    seen_at           INTEGER,
    archived_at       INTEGER,
    snoozed_until     INTEGER,
    -- A deleted row stays without its texts until its term is over: deliveries under way still report to it and plans
    -- still look at it.
    deleted_at        INTEGER,
    cancelled_at      INTEGER,
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX notifications_user ON notifications (tenant, user_id, id);
CREATE INDEX notifications_unread ON notifications (tenant, user_id, id) WHERE read_at IS NULL;
CREATE INDEX notifications_type ON notifications (tenant, user_id, notification_type, id);
-- A cached answer ends when the inbox changes by itself, so each that is cached asks for the next such moment. Hardly any
-- row has one.
CREATE INDEX notifications_send_at ON notifications (tenant, user_id, send_at) WHERE send_at IS NOT NULL;
CREATE INDEX notifications_snoozed_until ON notifications (tenant, user_id, snoozed_until)
    WHERE snoozed_until IS NOT NULL;

-- No index has the state; what is pending is known from the small tables of 0003.
CREATE TABLE deliveries (
    tenant            TEXT    NOT NULL,
    notification_id   BLOB    NOT NULL,
    id                BLOB    NOT NULL,
    channel           TEXT    NOT NULL CHECK (channel IN ('in_app', 'push', 'email', 'webhook', 'slack', 'discord',
                                                          'pushover', 'apprise', 'web_push')),
    address           TEXT    NOT NULL,
    state             TEXT    NOT NULL CHECK (state IN ('queued', 'deferred', 'retrying', 'sent', 'suppressed',
                                                        'expired', 'cancelled', 'dead')),
    reason            TEXT,
    next_attempt_at   INTEGER,
    attempts          TEXT    NOT NULL DEFAULT '[]',
    -- The attempts made before a replay; the ladder begins anew after them.
    ladder_from       INTEGER NOT NULL DEFAULT 0,
    -- Each time that the delivery was held back: `reason` is only the latest.
    deferrals         TEXT,
    unfinished_starts INTEGER NOT NULL DEFAULT 0,
    -- A call that was cut off may have gone out, so only its account may be asked again.
    started_account   TEXT,
    created_at        INTEGER NOT NULL,
    updated_at        INTEGER NOT NULL,
    PRIMARY KEY (tenant, notification_id, id)
);

-- A request that is sent twice is accepted once.
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
