-- Why: days that are past every tenant's term are dropped, and tenants with a shorter term have their
-- rows deleted. A term is the tenant's own to set; no other column of its row is.
ALTER TABLE tenants ADD COLUMN retention_days integer CHECK (retention_days BETWEEN 1 AND 3650);
CREATE POLICY app_retention ON tenants FOR UPDATE TO campanile_app
    USING (tenant = ANY ((SELECT campanile_current_tenants())::text[]))
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
GRANT UPDATE (retention_days) ON tenants TO campanile_app;

-- A worker removes rows of the tenant it has set, never of several at once by accident.
GRANT DELETE ON notifications, deliveries, dead_letters TO campanile_worker;

-- What the function below has to see. Policies are forced on the owner too, and without these it
-- would find that nothing is ever pending.
CREATE POLICY owner_looks ON outbox FOR SELECT TO campanile_owner USING (true);
CREATE POLICY owner_looks ON dispatch FOR SELECT TO campanile_owner USING (true);
CREATE POLICY owner_looks ON schedule FOR SELECT TO campanile_owner USING (true);
CREATE POLICY owner_all ON dead_letters TO campanile_owner USING (true) WITH CHECK (true);

-- Drops the partitions of a day, with what hangs on them: 'dropped', 'pending' (work on it waits),
-- 'in_use' (others hold on to the tables) or 'others' (another process removes just now).
--
-- Runs with the owner's rights, so that a worker can do it; whether the day may go is decided here,
-- by the terms that are stored and the clock of this server, not by the caller. `default_days` can
-- only shorten what tenants have not set, so it has to be the installation's.
--
-- First the day's own tables are held against writers (a replay would make new work of it), then
-- what is pending is looked at. Only the DROP itself stops those who use the parents, and it waits
-- 100 ms for them at most.
CREATE FUNCTION campanile_drop_day(gone date, default_days integer) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    longest integer;
    opens uuid;
    closes uuid;
    parent text;
    part text;
    parts text[] := '{}';
BEGIN
    IF default_days IS NULL OR default_days NOT BETWEEN 1 AND 3650 THEN
        RAISE EXCEPTION 'a term is between 1 and 3650 days, not %', default_days;
    END IF;
    SELECT coalesce(max(coalesce(retention_days, default_days)), default_days) INTO longest FROM tenants;
    IF gone IS NULL
        OR (gone + 1)::timestamp > (clock_timestamp() AT TIME ZONE 'UTC') - make_interval(days => longest)
    THEN
        RAISE EXCEPTION 'the day % is within a term of % days', gone, longest USING ERRCODE = 'check_violation';
    END IF;
    IF NOT pg_try_advisory_xact_lock(hashtextextended('campanile_retention', 0)) THEN
        RETURN 'others';
    END IF;
    opens := rpad(lpad(to_hex((extract(epoch FROM gone::timestamp) * 1000)::bigint), 12, '0'), 32, '0')::uuid;
    closes := rpad(lpad(to_hex((extract(epoch FROM (gone + 1)::timestamp) * 1000)::bigint), 12, '0'), 32, '0')::uuid;
    SET LOCAL lock_timeout = '100ms';
    BEGIN
        FOREACH parent IN ARRAY ARRAY['notifications', 'deliveries'] LOOP
            part := parent || '_' || to_char(gone, 'YYYYMMDD');
            CONTINUE WHEN to_regclass('public.' || part) IS NULL;
            EXECUTE format('LOCK TABLE public.%I IN SHARE ROW EXCLUSIVE MODE', part);
            parts := parts || format('public.%I', part);
        END LOOP;
        IF EXISTS (SELECT FROM schedule s WHERE s.notification_id >= opens AND s.notification_id < closes)
            OR EXISTS (SELECT FROM outbox o CROSS JOIN unnest(o.notification_ids) AS x
                WHERE x >= opens AND x < closes)
            OR EXISTS (SELECT FROM dispatch d CROSS JOIN unnest(d.notification_ids) AS x
                WHERE x >= opens AND x < closes)
        THEN
            RETURN 'pending';
        END IF;
        DELETE FROM dead_letters WHERE notification_id >= opens AND notification_id < closes;
        IF cardinality(parts) > 0 THEN
            EXECUTE 'DROP TABLE ' || array_to_string(parts, ', ');
        END IF;
    EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
        RETURN 'in_use';
    END;
    RETURN 'dropped';
END $$;
REVOKE EXECUTE ON FUNCTION campanile_drop_day(date, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION campanile_drop_day(date, integer) TO campanile_worker;
