-- Why: users choose what they hear, by which way and when; tenants choose for those who have not. Both
-- are asked for by their keys at every plan, and there is none of most people.
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
    USING (tenant = ANY ((SELECT campanile_current_tenants())::text[]))
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
CREATE POLICY current ON tenant_preferences TO campanile_app, campanile_worker
    USING (tenant = ANY ((SELECT campanile_current_tenants())::text[]))
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON preferences TO campanile_app;
GRANT SELECT, INSERT, UPDATE ON tenant_preferences TO campanile_app;
GRANT SELECT ON preferences, tenant_preferences TO campanile_worker;

-- Quiet hours are read in the zone that the user lives in.
GRANT SELECT (timezone) ON users TO campanile_worker;

-- Whose quiet hours a delivery waits for; of all other rows it is NULL. When they choose anew, or move
-- to another zone, what waits is looked at at once.
ALTER TABLE schedule ADD COLUMN user_id text;
GRANT SELECT (tenant, kind, key, user_id, due_at), UPDATE (due_at) ON schedule TO campanile_app;

-- Each time that a delivery was held back for its user's sake: the reason in its row is the last only.
ALTER TABLE deliveries ADD COLUMN deferrals jsonb;
