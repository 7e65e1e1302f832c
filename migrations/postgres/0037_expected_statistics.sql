-- Why: in the first seconds of a day, plans were made that read all notifications of a tenant for each inbox.

-- Makes the partitions of so many days, except those that exist; returns how many it made.
--
-- Runs with the owner's rights, so that a worker can call it; it reads no rows. A partition is locked down before it is
-- attached: the parent's policy does not apply to a statement that names the partition. It is created apart and then
-- attached, because CREATE ... PARTITION OF would block every statement on the parent. LIKE does not copy for which columns
-- no statistics are kept.
--
-- A day of notifications begins with statistics of the day that is expected: of one tenant and many users. Without them the
-- planner takes a tenant for as selective as a user, and as long as the primary key is one page it finds an inbox by tenant
-- and id. Such a plan reads all that the tenant was sent, and is kept until statistics are next taken.
CREATE OR REPLACE FUNCTION campanile_make_partitions(first_day date, days integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    parent text;
    part text;
    opens text;
    closes text;
    silent name;
    made integer := 0;
BEGIN
    IF days NOT BETWEEN 1 AND 60 THEN
        RAISE EXCEPTION 'between 1 and 60 days at once, not %', days;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('campanile_make_partitions', 0));
    FOREACH parent IN ARRAY ARRAY['notifications', 'deliveries'] LOOP
        FOR i IN 0 .. days - 1 LOOP
            part := parent || '_' || to_char(first_day + i, 'YYYYMMDD');
            CONTINUE WHEN to_regclass('public.' || part) IS NOT NULL;
            -- The first 48 bits of a UUIDv7 are its milliseconds.
            opens := lpad(to_hex((extract(epoch FROM (first_day + i)::timestamp) * 1000)::bigint), 12, '0');
            closes := lpad(to_hex((extract(epoch FROM (first_day + i + 1)::timestamp) * 1000)::bigint), 12, '0');
            EXECUTE format('CREATE TABLE public.%I (LIKE public.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)
                WITH (fillfactor = %s)', part, parent, CASE parent WHEN 'deliveries' THEN 85 ELSE 95 END);
            FOR silent IN SELECT attname FROM pg_attribute
                WHERE attrelid = format('public.%I', parent)::regclass AND attnum > 0 AND NOT attisdropped AND attstattarget = 0
            LOOP
                EXECUTE format('ALTER TABLE public.%I ALTER COLUMN %I SET STATISTICS 0', part, silent);
            END LOOP;
            IF parent = 'notifications' THEN
                -- Whichever tenant is asked for, all rows may be its.
                EXECUTE format('ALTER TABLE public.%I ALTER COLUMN tenant SET (n_distinct = 1)', part);
                EXECUTE format('INSERT INTO public.%I (tenant, id, user_id, notification_type, priority, content, in_inbox,
                        correlation_id, created_at, updated_at)
                    SELECT ''tenant-'' || i, (lpad(to_hex(ms), 12, ''0'') || ''7'' || lpad(to_hex(i), 19, ''0''))::uuid,
                        md5(i::text), ''type-'' || i %% 10, ''normal'', ''{}'', true, '''', at, at
                    FROM (SELECT i, ($1 + i * interval ''288 seconds'')::timestamptz AS at,
                        (extract(epoch FROM $1 + i * interval ''288 seconds'') * 1000)::bigint AS ms
                        FROM generate_series(0, 299) AS i) AS expected', part)
                    USING (first_day + i)::timestamp AT TIME ZONE 'UTC';
                EXECUTE format('ANALYZE public.%I', part);
                BEGIN
                    -- In a subtransaction it begins a new file, and the partition counts as one that was never analyzed: the planner
                    -- expects ten pages at least. Emptied in place, it would cost nothing by any plan.
                    EXECUTE format('TRUNCATE public.%I', part);
                EXCEPTION WHEN raise_exception THEN
                    RAISE;
                END;
                EXECUTE format('ALTER TABLE public.%I ALTER COLUMN tenant RESET (n_distinct)', part);
            END IF;
            EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', part);
            EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', part);
            EXECUTE format('REVOKE ALL ON public.%I FROM PUBLIC, campanile_app, campanile_worker', part);
            EXECUTE format('ALTER TABLE public.%I ATTACH PARTITION public.%I FOR VALUES FROM (%L) TO (%L)',
                parent, part, rpad(opens, 32, '0')::uuid, rpad(closes, 32, '0')::uuid);
            made := made + 1;
        END LOOP;
    END LOOP;
    RETURN made;
END $$;
