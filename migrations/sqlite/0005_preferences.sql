-- Why: users choose what they hear, by which channel and when; tenants choose for users who have not.

CREATE TABLE preferences (
    tenant      TEXT    NOT NULL,
    user_id     TEXT    NOT NULL,
    preferences TEXT    NOT NULL CHECK (json_valid(preferences)),
    updated_at  INTEGER NOT NULL,
    PRIMARY KEY (tenant, user_id)
) WITHOUT ROWID;

CREATE TABLE tenant_preferences (
    tenant      TEXT    NOT NULL PRIMARY KEY,
    preferences TEXT    NOT NULL CHECK (json_valid(preferences)),
    updated_at  INTEGER NOT NULL
) WITHOUT ROWID;

-- When a tenant's defaults change, all that waits for its users' quiet hours is looked at, in steps. A row says that
-- this is under way and after which delivery it continues.
CREATE TABLE reschedules (
    tenant     TEXT    NOT NULL PRIMARY KEY,
    after_user TEXT    NOT NULL,
    after_key  BLOB    NOT NULL,
    stepped_at INTEGER NOT NULL
) WITHOUT ROWID;

-- A tenant may hold back what equals a recent notification (debounce), and what is more of one type than a user is to
-- have (throttle). A plan that passes leaves a mark in its own transaction. A key is a hash of what the mark is about.
CREATE TABLE plan_marks (
    tenant          TEXT    NOT NULL,
    user_id         TEXT    NOT NULL,
    key             BLOB    NOT NULL,
    notification_id BLOB    NOT NULL,
    marked_at       INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    PRIMARY KEY (tenant, user_id, key)
) WITHOUT ROWID;
CREATE INDEX plan_marks_expires_at ON plan_marks (expires_at);
