-- Why: users have addresses in chat and phone services, too. Plans ask for them by tenant and user, as for devices and emails (ADR 85).

CREATE TABLE user_addresses (
    tenant     TEXT    NOT NULL,
    user_id    TEXT    NOT NULL,
    channel    TEXT    NOT NULL CHECK (channel NOT GLOB '*[^a-z0-9_]*' AND length(channel) BETWEEN 1 AND 32),
    address    TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    -- Since when its service says that it does not exist; not used until it is set again.
    gone_at    INTEGER,
    PRIMARY KEY (tenant, user_id, channel)
) WITHOUT ROWID;
