-- Why: users choose what they hear, by which channel and when; tenants choose for users who have not. Both are read by
-- their keys at every plan, and most users have no row.

CREATE TABLE preferences (
    tenant      text NOT NULL,
    user_id     text NOT NULL,
    preferences json NOT NULL,
    updated_at  timestamptz NOT NULL,
    PRIMARY KEY (tenant, user_id)
);

CREATE TABLE tenant_preferences (
    tenant      text PRIMARY KEY,
    preferences json NOT NULL,
    updated_at  timestamptz NOT NULL
);

ALTER TABLE preferences ENABLE ROW LEVEL SECURITY;
ALTER TABLE preferences FORCE ROW LEVEL SECURITY;
ALTER TABLE tenant_preferences ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_preferences FORCE ROW LEVEL SECURITY;
CREATE POLICY current ON preferences TO campanile_app, campanile_worker
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
CREATE POLICY current ON tenant_preferences TO campanile_app, campanile_worker
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON preferences TO campanile_app;
GRANT SELECT, INSERT, UPDATE ON tenant_preferences TO campanile_app;
GRANT SELECT ON preferences, tenant_preferences TO campanile_worker;

-- When a tenant's defaults change, all that waits for its users' quiet hours is looked at, in steps. A row says that
-- this is under way and after which delivery it continues. It is written with the defaults and removed by the last step,
-- so that a run that breaks off is found and finished.
CREATE TABLE reschedules (
    tenant     text PRIMARY KEY,
    after_user text NOT NULL,
    after_key  uuid NOT NULL,
    stepped_at timestamptz NOT NULL
);
ALTER TABLE reschedules ENABLE ROW LEVEL SECURITY;
ALTER TABLE reschedules FORCE ROW LEVEL SECURITY;
CREATE POLICY app_current ON reschedules TO campanile_app
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
-- The worker finds what broke off for any tenant, and continues for the one it has set.
CREATE POLICY worker_all ON reschedules TO campanile_worker
    USING (true)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON reschedules TO campanile_app;
GRANT SELECT, UPDATE, DELETE ON reschedules TO campanile_worker;

-- A tenant may hold back what equals a recent notification (debounce), and what is more of one type than a user is to
-- have (throttle). A plan that passes leaves a mark in its own transaction. A key is a hash of what the mark is about. A
-- row without a notification is no mark: a plan put it there to lock the place, and then left nothing.
CREATE TABLE plan_marks (
    tenant          text NOT NULL,
    user_id         text NOT NULL,
    key             uuid NOT NULL,
    notification_id uuid,
    marked_at       timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL,
    PRIMARY KEY (tenant, user_id, key)
);
CREATE INDEX plan_marks_expires_at ON plan_marks (expires_at);
ALTER TABLE plan_marks ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_marks FORCE ROW LEVEL SECURITY;
CREATE POLICY app_current ON plan_marks TO campanile_app
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
-- The worker expires marks of every tenant, and writes marks of those it plans for only.
CREATE POLICY worker_all ON plan_marks TO campanile_worker
    USING (true)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
-- Dry runs look at marks; erasing a person removes theirs.
GRANT SELECT, DELETE ON plan_marks TO campanile_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON plan_marks TO campanile_worker;
