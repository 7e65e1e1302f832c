-- Why: some things need to be known for a time and read by no one: that an operator took an address off the suppression list, so
-- that a late bounce does not put it back; that a link was used. What it was about is stored as a hash (ADR 86).

CREATE TABLE remembered (
    tenant     text        NOT NULL,
    kind       text        NOT NULL CHECK (kind IN ('suppression_lifted', 'link_used')),
    digest     bytea       NOT NULL CHECK (length(digest) = 32),
    at         timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, kind, digest)
);
CREATE INDEX remembered_expires ON remembered (expires_at);

ALTER TABLE remembered ENABLE ROW LEVEL SECURITY;
ALTER TABLE remembered FORCE ROW LEVEL SECURITY;
CREATE POLICY app_current ON remembered TO campanile_app
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
-- Workers forget what has expired of all tenants, and see nothing else of it.
CREATE POLICY worker_all ON remembered TO campanile_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE (at, expires_at) ON remembered TO campanile_app;
GRANT SELECT, UPDATE (expires_at), DELETE ON remembered TO campanile_worker;
