-- Why: browsers are reached by Web Push without Firebase; their subscriptions are devices of another kind. SQLite changes a
-- CHECK only with its table.

CREATE TABLE devices_new (
    tenant      TEXT    NOT NULL,
    id          BLOB    NOT NULL,
    user_id     TEXT    NOT NULL,
    kind        TEXT    NOT NULL CHECK (kind IN ('token', 'fid', 'web_push')),
    value       TEXT    NOT NULL,
    platform    TEXT    NOT NULL CHECK (platform IN ('android', 'ios', 'web')),
    app_version TEXT,
    locale      TEXT,
    timezone    TEXT,
    -- Since when it is known to belong to another account; not used until its app registers again.
    detached_at INTEGER,
    created_at  INTEGER NOT NULL,
    last_seen   INTEGER NOT NULL,
    PRIMARY KEY (tenant, id),
    UNIQUE (tenant, kind, value)
);
INSERT INTO devices_new SELECT tenant, id, user_id, kind, value, platform, app_version, locale, timezone, detached_at,
    created_at, last_seen FROM devices;
DROP TABLE devices;
ALTER TABLE devices_new RENAME TO devices;
CREATE INDEX devices_user ON devices (tenant, user_id);
