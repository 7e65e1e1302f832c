-- Why: pushes and mails go to addresses of users.
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

CREATE TABLE devices (
    tenant      TEXT    NOT NULL,
    id          BLOB    NOT NULL,
    user_id     TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    value       TEXT    NOT NULL,
    platform    TEXT    NOT NULL,
    app_version TEXT,
    locale      TEXT,
    timezone    TEXT,
    detached_at INTEGER,
    created_at  INTEGER NOT NULL,
    last_seen   INTEGER NOT NULL,
    PRIMARY KEY (tenant, id),
    UNIQUE (tenant, kind, value)
);
CREATE INDEX devices_user ON devices (tenant, user_id);
