-- Why: what died is listed, replayed and purged without an index on the state of the big table.
CREATE TABLE dead_letters (
    tenant          text NOT NULL,
    id              uuid NOT NULL,
    notification_id uuid NOT NULL,
    user_id         text NOT NULL,
    channel         text NOT NULL,
    lane            smallint NOT NULL,
    code            text NOT NULL,
    detail          text NOT NULL,
    attempts        integer NOT NULL,
    died_at         timestamptz NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX dead_letters_died_at ON dead_letters (tenant, died_at, id);
ALTER TABLE dead_letters ENABLE ROW LEVEL SECURITY;
ALTER TABLE dead_letters FORCE ROW LEVEL SECURITY;
CREATE POLICY current ON dead_letters TO campanile_app, campanile_worker
    USING (tenant = ANY ((SELECT campanile_current_tenants())::text[]))
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
GRANT SELECT, DELETE ON dead_letters TO campanile_app;
GRANT SELECT, INSERT ON dead_letters TO campanile_worker;

-- The attempts made before a replay; the ladder begins anew after them.
ALTER TABLE deliveries ADD COLUMN ladder_from integer NOT NULL DEFAULT 0;
