-- A tenant is moved from one database to another by the owner's login (`campanile export` and `campanile import`), which so
-- far saw no rows of most tables. It sees and writes those of the tenant that its transaction names, and no others. A table
-- of a tenant's that is added later needs the same policy.

CREATE TABLE tenant_imports (
    tenant      text        PRIMARY KEY,
    file        uuid        NOT NULL,
    -- How many frames of the file are stored.
    frames      bigint      NOT NULL,
    started_at  timestamptz NOT NULL,
    finished_at timestamptz
);

ALTER TABLE tenant_imports ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_imports FORCE ROW LEVEL SECURITY;
CREATE POLICY worker_removes ON tenant_imports TO campanile_worker
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL);
GRANT SELECT (tenant, ctid), DELETE ON tenant_imports TO campanile_worker;

DO $$
DECLARE
    its_table name;
BEGIN
    FOR its_table IN
        SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
            AND a.attname = 'tenant' AND NOT a.attisdropped
        ORDER BY 1
    LOOP
        EXECUTE format('CREATE POLICY owner_moves ON public.%I TO campanile_owner
            USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
            WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]))', its_table);
    END LOOP;
END $$;
