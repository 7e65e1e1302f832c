-- Why: when a tenant chooses anew, all that waits for its users' quiet hours is looked at, in steps. A row
-- here says that this is under way and behind which delivery it goes on; it comes with the choices and
-- goes with the last step, so that what breaks off in between is found and finished.
CREATE TABLE reschedules (
    tenant     text PRIMARY KEY,
    after_user text NOT NULL,
    after_key  uuid NOT NULL,
    stepped_at timestamptz NOT NULL
);
ALTER TABLE reschedules ENABLE ROW LEVEL SECURITY;
ALTER TABLE reschedules FORCE ROW LEVEL SECURITY;
CREATE POLICY app_current ON reschedules TO campanile_app
    USING (tenant = ANY ((SELECT campanile_current_tenants())::text[]))
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
-- The worker finds what broke off for any tenant, and goes on for the one it named.
CREATE POLICY worker_all ON reschedules TO campanile_worker
    USING (true)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON reschedules TO campanile_app;
GRANT SELECT, UPDATE, DELETE ON reschedules TO campanile_worker;
