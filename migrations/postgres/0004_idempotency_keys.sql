-- Why: a request that is sent twice is accepted once. A table of its own, not partitioned, because
-- the key must be unique per tenant over all days; expired rows are removed in bulk.
CREATE TABLE idempotency_keys (
    tenant      text NOT NULL,
    key         text NOT NULL,
    fingerprint bytea NOT NULL,
    response    text NOT NULL,
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    PRIMARY KEY (tenant, key)
);
CREATE INDEX idempotency_keys_expires_at ON idempotency_keys (expires_at);
ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY app_current ON idempotency_keys TO campanile_app
    USING (tenant = ANY ((SELECT campanile_current_tenants())::text[]))
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
-- The worker expires keys of every tenant, but may not read what they answer.
CREATE POLICY worker_all ON idempotency_keys TO campanile_worker USING (true);
GRANT SELECT, INSERT, UPDATE ON idempotency_keys TO campanile_app;
GRANT SELECT (tenant, key, expires_at), DELETE ON idempotency_keys TO campanile_worker;
