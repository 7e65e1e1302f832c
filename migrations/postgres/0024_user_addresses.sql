-- Why: users have addresses in chat and phone services, too. Plans ask for them by tenant and user, as for devices and emails (ADR 85).

CREATE TABLE user_addresses (
    tenant     text        NOT NULL,
    user_id    text        NOT NULL,
    channel    text        NOT NULL CHECK (channel ~ '^[a-z0-9_]{1,32}$'),
    address    text        NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    -- Since when its service says that it does not exist; not used until it is set again.
    gone_at    timestamptz,
    PRIMARY KEY (tenant, user_id, channel)
);

ALTER TABLE user_addresses ENABLE ROW LEVEL SECURITY;
ALTER TABLE user_addresses FORCE ROW LEVEL SECURITY;
CREATE POLICY current ON user_addresses TO campanile_app, campanile_worker
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
GRANT SELECT, INSERT, UPDATE (address, updated_at, gone_at), DELETE ON user_addresses TO campanile_app;
-- A worker learns from services that an address is gone, and removes what a deleted tenant had.
GRANT SELECT, UPDATE (gone_at), DELETE ON user_addresses TO campanile_worker;
ALTER TABLE user_addresses ALTER COLUMN address SET STATISTICS 0;
