-- Why: no statement shall need statistics to find its rows, and statistics shall not wait for a visit of autovacuum,
-- which may be minutes away or switched off (ADR 30).

-- 0027 and 0028 take their places. Of what is left, one index begins with the tenant.
ALTER TABLE devices DROP CONSTRAINT devices_tenant_kind_value_key;
DROP INDEX devices_user;

-- A policy is a check of rows that were found, never a way to find them. As `tenant = ANY (…)` it was an index condition:
-- every index that begins with the tenant looked as good as the key, and the policy alone sufficed to read all rows of a
-- tenant. array_position is no index condition, and the planner expects that most rows pass. NULL, so unset, still
-- means that none do.
DO $$
DECLARE
    its record;
BEGIN
    FOR its IN
        SELECT polname, polrelid::regclass AS owner FROM pg_policy
        WHERE pg_get_expr(polqual, polrelid) LIKE '%campanile_current_tenants%'
    LOOP
        EXECUTE format('ALTER POLICY %I ON %s
            USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)',
            its.polname, its.owner);
    END LOOP;
END $$;

-- Analyzes one table (or partition) that has none or has grown tenfold since its last statistics; says which, NULL for
-- none. Called until it says so. Tables of less than ten pages are read whole sooner than misjudged.
--
-- Runs with the owner's rights, so that a worker can do it; it takes no argument and tells no more than a name. Of many
-- at once one works, and a table that somebody else holds (autovacuum, a migration) is passed over. Growth is told by
-- pages: what the server counts of rows is lost when it crashes.
CREATE FUNCTION campanile_analyze_grown() RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    part name;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtextextended('campanile_statistics', 0)) THEN
        RETURN NULL;
    END IF;
    FOR part IN
        SELECT t.relname FROM (
            SELECT c.relname, greatest(c.relpages, 1) AS known_pages,
                pg_relation_size(c.oid) / current_setting('block_size')::bigint AS pages,
                -- An index that was built after a bulk load has counted the pages, and made no statistics.
                current_setting('track_counts')::boolean
                    AND pg_stat_get_last_analyze_time(c.oid) IS NULL
                    AND pg_stat_get_last_autoanalyze_time(c.oid) IS NULL AS is_new
            FROM pg_class c
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
                AND c.relowner = 'campanile_owner'::regrole
        ) AS t
        WHERE t.pages >= 10 AND (t.is_new OR t.pages >= 10 * t.known_pages)
        ORDER BY t.pages / t.known_pages DESC, t.relname
    LOOP
        BEGIN
            EXECUTE format('LOCK TABLE public.%I IN SHARE UPDATE EXCLUSIVE MODE NOWAIT', part);
        EXCEPTION WHEN lock_not_available OR undefined_table THEN
            CONTINUE;
        END;
        EXECUTE format('ANALYZE public.%I', part);
        RETURN part;
    END LOOP;
    RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION campanile_analyze_grown() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION campanile_analyze_grown() TO campanile_worker;
