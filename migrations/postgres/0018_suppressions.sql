-- Why: some addresses are not to be used, whoever has them: an operator says so, the mailbox does not exist, or its owner has
-- complained or unsubscribed. Plans and deliveries that fall due look an address up by this key (ADR 76).

-- The type '' stands for all types. `user_id` is set for a hard bounce: whose address it was.
CREATE TABLE suppressions (
    tenant            text        NOT NULL,
    channel           text        NOT NULL CHECK (channel ~ '^[a-z0-9_]{1,32}$'),
    address           text        COLLATE "C" NOT NULL,
    notification_type text        NOT NULL,
    reason            text        NOT NULL CHECK (reason IN ('manual', 'hard_bounce', 'complaint', 'unsubscribe')),
    source            text        NOT NULL CHECK (source IN ('operator', 'delivery', 'mail_report', 'webhook')),
    since             timestamptz NOT NULL,
    user_id           text,
    PRIMARY KEY (tenant, channel, address, notification_type)
);

-- Erasing a person looks for addresses that they had before.
CREATE INDEX suppressions_user ON suppressions (user_id, tenant) WHERE user_id IS NOT NULL;

ALTER TABLE suppressions ENABLE ROW LEVEL SECURITY;
ALTER TABLE suppressions FORCE ROW LEVEL SECURITY;
CREATE POLICY current ON suppressions TO campanile_app, campanile_worker
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
GRANT SELECT, INSERT, UPDATE (reason, source, since, user_id), DELETE ON suppressions TO campanile_app;
GRANT SELECT, INSERT, UPDATE (reason, source, since, user_id), DELETE ON suppressions TO campanile_worker;
ALTER TABLE suppressions ALTER COLUMN address SET STATISTICS 0, ALTER COLUMN user_id SET STATISTICS 0;

-- Links in mails are sealed with a key of the tenant, so that only this installation makes and reads them. The key is of no other
-- use; forgetting it makes the links void.
CREATE TABLE link_keys (
    tenant     text        PRIMARY KEY,
    key        bytea       NOT NULL CHECK (length(key) = 32),
    created_at timestamptz NOT NULL
);

ALTER TABLE link_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE link_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY current ON link_keys TO campanile_app, campanile_worker
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
GRANT SELECT, INSERT ON link_keys TO campanile_app;
-- Of a deleted tenant nothing stays.
GRANT SELECT, INSERT, DELETE ON link_keys TO campanile_worker;
