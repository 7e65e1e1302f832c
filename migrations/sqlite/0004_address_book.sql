-- Why: pushes and mails go to addresses of users. Every plan asks for both tables by tenant and user.

CREATE TABLE users (
    tenant        TEXT    NOT NULL,
    user_id       TEXT    NOT NULL,
    email         TEXT,
    email_gone_at INTEGER,
    locale        TEXT,
    timezone      TEXT,
    attributes    TEXT    NOT NULL,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    PRIMARY KEY (tenant, user_id)
) WITHOUT ROWID;

-- A device's value belongs to one user at a time, so it moves when another user signs in.
CREATE TABLE devices (
    tenant      TEXT    NOT NULL,
    id          BLOB    NOT NULL,
    user_id     TEXT    NOT NULL,
    kind        TEXT    NOT NULL CHECK (kind IN ('token', 'fid')),
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
CREATE INDEX devices_user ON devices (tenant, user_id);
