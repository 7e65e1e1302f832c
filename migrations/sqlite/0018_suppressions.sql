-- Why: some addresses are not to be used, whoever has them: an operator says so, the mailbox does not exist, or its owner has
-- complained or unsubscribed. Plans and deliveries that fall due look an address up by this key (ADR 76).

-- The type '' stands for all types. `user_id` is set for a hard bounce: whose address it was.
CREATE TABLE suppressions (
    tenant            TEXT    NOT NULL,
    channel           TEXT    NOT NULL CHECK (channel NOT GLOB '*[^a-z0-9_]*' AND length(channel) BETWEEN 1 AND 32),
    address           TEXT    NOT NULL,
    notification_type TEXT    NOT NULL,
    reason            TEXT    NOT NULL CHECK (reason IN ('manual', 'hard_bounce', 'complaint', 'unsubscribe')),
    source            TEXT    NOT NULL CHECK (source IN ('operator', 'delivery', 'mail_report', 'webhook')),
    since             INTEGER NOT NULL,
    user_id           TEXT,
    PRIMARY KEY (tenant, channel, address, notification_type)
) WITHOUT ROWID;

-- Erasing a person looks for addresses that they had before.
CREATE INDEX suppressions_user ON suppressions (user_id, tenant) WHERE user_id IS NOT NULL;

-- Links in mails are sealed with a key of the tenant, so that only this installation makes and reads them. The key is of no other
-- use; forgetting it makes the links void.
CREATE TABLE link_keys (
    tenant     TEXT    NOT NULL PRIMARY KEY,
    key        BLOB    NOT NULL CHECK (length(key) = 32),
    created_at INTEGER NOT NULL
) WITHOUT ROWID;
