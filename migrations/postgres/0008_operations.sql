-- Why: what operators look at, and the chores that keep the database small and fast.

-- What died is listed, replayed and purged without an index on the state of the big table. Messages of the queue that no
-- worker could read are listed beside the deliveries: they name no notification and no user, and no channel where their
-- queue is unknown.
CREATE TABLE dead_letters (
    tenant          text NOT NULL,
    id              uuid NOT NULL,
    notification_id uuid,
    user_id         text,
    channel         text CHECK (channel IN ('in_app', 'push', 'email', 'webhook', 'slack', 'discord',
                                            'pushover', 'apprise', 'web_push')),
    lane            smallint NOT NULL CHECK (lane IN (0, 1, 2)),
    code            text NOT NULL,
    detail          text NOT NULL,
    attempts        integer NOT NULL,
    died_at         timestamptz NOT NULL,
    PRIMARY KEY (tenant, id),
    CONSTRAINT dead_letters_delivery_or_message CHECK (
        CASE WHEN notification_id IS NULL THEN user_id IS NULL
             ELSE user_id IS NOT NULL AND channel IS NOT NULL END)
);
CREATE INDEX dead_letters_died_at ON dead_letters (tenant, died_at, id);
-- As in 0002: it may repeat what a provider answered.
ALTER TABLE dead_letters ALTER COLUMN detail SET STATISTICS 0;
ALTER TABLE dead_letters ENABLE ROW LEVEL SECURITY;
ALTER TABLE dead_letters FORCE ROW LEVEL SECURITY;
CREATE POLICY current ON dead_letters TO campanile_app, campanile_worker
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
-- A worker counts the dead letters of all tenants for its gauge. It may see every row, but of each only the tenant and
-- the id (which ON CONFLICT asks for).
CREATE POLICY worker_counts ON dead_letters FOR SELECT TO campanile_worker USING (true);
-- campanile_drop_day removes those of its day.
CREATE POLICY owner_all ON dead_letters TO campanile_owner USING (true) WITH CHECK (true);
GRANT SELECT, DELETE ON dead_letters TO campanile_app;
GRANT SELECT (tenant, id), INSERT, DELETE ON dead_letters TO campanile_worker;

-- Leases hang on workers' heartbeats. The API speaks to no broker and has no accounts, so workers write beside their
-- heartbeat, when it has changed, what its health report says: whether the queue can be reached, and which channels have
-- an account. No tenant: a worker serves all of them.
CREATE TABLE workers (
    id           uuid PRIMARY KEY,
    host         text NOT NULL,
    heartbeat_at timestamptz NOT NULL,
    queue_up     boolean,
    channels     text[] CHECK (channels <@ ARRAY['in_app', 'push', 'email', 'webhook', 'slack', 'discord',
                                                 'pushover', 'apprise', 'web_push'])
) WITH (fillfactor = 50);

-- What a worker has sent, by channel and hour. Only that worker writes its rows, and totals each time, so no writer
-- waits for another and a repeated write changes nothing. Rows of a day: workers x channels x 24, however much is sent.
CREATE TABLE sent_hours (
    worker       uuid NOT NULL,
    channel      text NOT NULL CHECK (channel IN ('in_app', 'push', 'email', 'webhook', 'slack', 'discord',
                                                  'pushover', 'apprise', 'web_push')),
    hour         timestamptz NOT NULL,
    sent         bigint NOT NULL,
    failed       bigint NOT NULL,
    last_sent_at timestamptz,
    PRIMARY KEY (hour, worker, channel)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

ALTER TABLE workers ENABLE ROW LEVEL SECURITY;
ALTER TABLE workers FORCE ROW LEVEL SECURITY;
ALTER TABLE sent_hours ENABLE ROW LEVEL SECURITY;
ALTER TABLE sent_hours FORCE ROW LEVEL SECURITY;
-- Nothing in them belongs to a tenant, and only workers' logins read them.
CREATE POLICY worker_all ON workers TO campanile_worker USING (true) WITH CHECK (true);
CREATE POLICY worker_all ON sent_hours TO campanile_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON workers, sent_hours TO campanile_worker;

-- Drops the partitions of a day, with what hangs on them: 'dropped', 'pending' (work on it waits), 'in_use' (others
-- hold the tables) or 'others' (another process is removing).
--
-- Runs with the owner's rights, so that a worker can call it; whether the day may go is decided here, by the stored terms
-- and this server's clock, not by the caller. `default_days` can only shorten the terms of tenants that have set none, so
-- it has to be the installation's.
--
-- First the day's own tables are locked against writers (a replay would make new work of it), then what is pending is
-- looked at. Only the DROP itself blocks statements on the parents, and it waits 100 ms for them at most.
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

-- Analyzes one table (or partition) that has no statistics or has grown tenfold since its last; returns its name, NULL
-- for none. A worker calls it until it returns NULL. Tables of less than ten pages are read whole sooner than misjudged.
-- No statement needs statistics to find its rows, and statistics do not wait for autovacuum, which may be minutes away or
-- switched off (ADR 30).
--
-- Runs with the owner's rights, so that a worker can call it; it takes no argument and reveals no more than a name. Of
-- many at once one works, and a table that is locked (by autovacuum, a migration) is passed over. Growth is measured in
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
