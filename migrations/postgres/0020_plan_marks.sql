-- Why: a tenant may hold back what equals something that went out shortly before (debounce), and what
-- is more of one type than a user is to have (throttle). A plan that passes leaves a mark in its own
-- transaction. A key is a hash of what the mark is about. A row without a notification is no mark: a
-- plan put it there to be alone with the place, and then left nothing.
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
    USING (tenant = ANY ((SELECT campanile_current_tenants())::text[]))
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
-- The worker expires marks of every tenant, and leaves them for those it plans for only.
CREATE POLICY worker_all ON plan_marks TO campanile_worker
    USING (true)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
-- Dry runs look at marks; erasing a person removes theirs.
GRANT SELECT, DELETE ON plan_marks TO campanile_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON plan_marks TO campanile_worker;
