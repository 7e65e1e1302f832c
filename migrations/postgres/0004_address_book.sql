-- Why: pushes and mails go to addresses of users. Every plan asks for both tables by tenant and user.

CREATE TABLE users (
    tenant        text NOT NULL,
    user_id       text NOT NULL,
    email         text,
    email_gone_at timestamptz,
    locale        text,
    timezone      text,
    attributes    json NOT NULL,
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    PRIMARY KEY (tenant, user_id)
);

-- A device's value belongs to one user at a time, so it moves when another user signs in.
CREATE TABLE devices (
    tenant      text NOT NULL,
    id          uuid NOT NULL,
    user_id     text NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('token', 'fid')),
    value       text NOT NULL,
    platform    text NOT NULL CHECK (platform IN ('android', 'ios', 'web')),
    app_version text,
    locale      text,
    timezone    text,
    -- Since when it is known to belong to another account; not used until its app registers again.
    detached_at timestamptz,
    created_at  timestamptz NOT NULL,
    last_seen   timestamptz NOT NULL,
    PRIMARY KEY (tenant, id)
);
-- Devices are looked up by what the app registered, and by user; a user's oldest go when there are too many. These
-- indexes do not begin with the tenant: one that does looks as good as any other of the tenant's to a planner without
-- statistics, which then reads all its devices (ADR 30).
CREATE UNIQUE INDEX devices_value ON devices (value, kind, tenant);
CREATE INDEX devices_owner ON devices (user_id, tenant, last_seen DESC, id DESC);

-- Statistics would keep samples of erased people's addresses until they are next taken; the indexes serve without them.
ALTER TABLE users
    ALTER COLUMN email SET STATISTICS 0,
    ALTER COLUMN attributes SET STATISTICS 0;
ALTER TABLE devices ALTER COLUMN value SET STATISTICS 0;

ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE users FORCE ROW LEVEL SECURITY;
ALTER TABLE devices ENABLE ROW LEVEL SECURITY;
ALTER TABLE devices FORCE ROW LEVEL SECURITY;
CREATE POLICY current ON users TO campanile_app, campanile_worker
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
CREATE POLICY current ON devices TO campanile_app, campanile_worker
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON users, devices TO campanile_app;
-- A worker learns from providers that an address is gone, and reads quiet hours in the user's time zone.
GRANT SELECT (tenant, user_id, email, email_gone_at, timezone, updated_at), UPDATE (email_gone_at) ON users
    TO campanile_worker;
GRANT SELECT, UPDATE (detached_at), DELETE ON devices TO campanile_worker;
