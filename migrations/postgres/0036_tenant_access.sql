-- Why: a tenant may have keys of its own that verify its tokens: a JWK set of public keys, as JSON. NULL: none. And the
-- operator of the installation limits how much of a tenant may wait to be delivered, and how many notifications it may
-- have stored. NULL: no limit.

ALTER TABLE tenants
    ADD COLUMN token_keys text CHECK (octet_length(token_keys) <= 8192),
    ADD COLUMN max_queued integer CHECK (max_queued >= 1),
    ADD COLUMN max_notifications integer CHECK (max_notifications >= 1);

GRANT INSERT (token_keys, max_queued, max_notifications), UPDATE (token_keys, max_queued, max_notifications)
    ON tenants TO campanile_app;

-- How much of a tenant of this transaction waits: notifications that have no plan yet or are sent later, and deliveries
-- that are in the queue or due later. It visits `most` rows of each table at most.
--
-- Runs with the owner's rights: the API's role does not read what is pending, and learns only how much there is.
-- Sequential scans are off because each table has the rows of all tenants.
CREATE FUNCTION campanile_queued(its_tenant text, most integer) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET enable_seqscan = off
AS $$
    SELECT CASE WHEN its_tenant = ANY ((SELECT campanile_current_tenants())::text[]) THEN
        (SELECT coalesce(sum(cardinality(o.notification_ids)), 0)
            FROM (SELECT notification_ids FROM outbox WHERE tenant = its_tenant LIMIT most) o)
        + (SELECT coalesce(sum(d.size), 0) FROM (SELECT size FROM dispatch WHERE tenant = its_tenant LIMIT most) d)
        + (SELECT count(*) FROM (SELECT FROM schedule WHERE tenant = its_tenant LIMIT most) s)
    END::bigint
$$;
REVOKE EXECUTE ON FUNCTION campanile_queued(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION campanile_queued(text, integer) TO campanile_app;

-- A tenant whose import is not finished is not resumed.
CREATE POLICY app_current ON tenant_imports FOR SELECT TO campanile_app
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL);
GRANT SELECT (tenant, finished_at) ON tenant_imports TO campanile_app;
