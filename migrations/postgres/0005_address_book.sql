-- Why: pushes and mails go to addresses of users. Both tables are asked for by tenant and user at
-- every plan; a device's value is one user's at a time, so it moves when somebody else signs in.
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

CREATE TABLE devices (
    tenant      text NOT NULL,
    id          uuid NOT NULL,
    user_id     text NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('token', 'fid')),
    value       text NOT NULL,
    platform    text NOT NULL,
    app_version text,
    locale      text,
    timezone    text,
    -- Since when it is known to belong to another account; not used until its app comes again.
    detached_at timestamptz,
    created_at  timestamptz NOT NULL,
    last_seen   timestamptz NOT NULL,
    PRIMARY KEY (tenant, id),
    UNIQUE (tenant, kind, value)
);
-- The oldest of a user's devices go when there are too many.
CREATE INDEX devices_user ON devices (tenant, user_id, last_seen DESC, id DESC);

ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE users FORCE ROW LEVEL SECURITY;
ALTER TABLE devices ENABLE ROW LEVEL SECURITY;
ALTER TABLE devices FORCE ROW LEVEL SECURITY;
CREATE POLICY current ON users TO campanile_app, campanile_worker
    USING (tenant = ANY ((SELECT campanile_current_tenants())::text[]))
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
CREATE POLICY current ON devices TO campanile_app, campanile_worker
    USING (tenant = ANY ((SELECT campanile_current_tenants())::text[]))
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON users, devices TO campanile_app;
-- A worker learns from providers that an address is gone.
GRANT SELECT (tenant, user_id, email, email_gone_at, updated_at), UPDATE (email_gone_at) ON users TO campanile_worker;
GRANT SELECT, UPDATE (detached_at), DELETE ON devices TO campanile_worker;
