-- Why: an auditor asks who changed what, and whether the answer was changed since. Each tenant has a chain of rows: the hash
-- of a row covers the row and the hash of the row before (ADR 75).

CREATE TABLE audit_log (
    tenant     text        NOT NULL,
    id         uuid        NOT NULL,
    seq        bigint      NOT NULL,
    at         timestamptz NOT NULL,
    actor_kind text        NOT NULL CHECK (actor_kind IN ('token', 'api_key', 'command_line', 'system')),
    actor      text        NOT NULL,
    key_id     text,
    action     text        NOT NULL,
    target     text        NOT NULL,
    -- JSON as it was hashed, byte by byte; so it is text.
    before     text,
    after      text,
    request_id text,
    address    text,
    hash       bytea       NOT NULL,
    PRIMARY KEY (tenant, id)
);

-- Where a chain ends, and where it begins after retention has removed rows. An act locks the row of its tenant, so that
-- acts of a tenant are chained one after the other. `days` is the tenant's own retention period of audit rows.
CREATE TABLE audit_heads (
    tenant      text   PRIMARY KEY,
    seq         bigint NOT NULL,
    id          uuid   NOT NULL,
    hash        bytea  NOT NULL,
    anchor_seq  bigint NOT NULL,
    anchor_hash bytea  NOT NULL,
    days        integer CHECK (days BETWEEN 30 AND 3650)
);

ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_log FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_heads ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_heads FORCE ROW LEVEL SECURITY;
CREATE POLICY current ON audit_log TO campanile_app, campanile_worker, campanile_owner
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
CREATE POLICY current ON audit_heads TO campanile_app, campanile_worker, campanile_owner
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
-- Nobody changes a row, and only retention, which workers run, removes any.
GRANT SELECT, INSERT ON audit_log TO campanile_app;
GRANT SELECT, INSERT, DELETE ON audit_log TO campanile_worker;
GRANT SELECT, INSERT, UPDATE ON audit_heads TO campanile_app, campanile_worker;
-- Texts of operators keep no statistics: no plan needs them.
ALTER TABLE audit_log ALTER COLUMN before SET STATISTICS 0, ALTER COLUMN after SET STATISTICS 0,
    ALTER COLUMN actor SET STATISTICS 0, ALTER COLUMN target SET STATISTICS 0, ALTER COLUMN address SET STATISTICS 0;
