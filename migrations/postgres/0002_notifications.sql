-- Why: the two big tables. Partitioned by day on the time-ordered notification id, so that old days
-- are dropped instead of deleted. No foreign keys: they would cost a look-up per row, and a key
-- share lock on a tenant's single row from every accept.

CREATE TABLE notifications (
    tenant            text NOT NULL,
    id                uuid NOT NULL,
    user_id           text NOT NULL,
    notification_type text NOT NULL,
    priority          text NOT NULL,
    title             text,
    body              text,
    content           json NOT NULL,
    channels          text[],
    in_inbox          boolean NOT NULL,
    send_at           timestamptz,
    expires_at        timestamptz,
    collapse_key      text,
    correlation_id    text NOT NULL,
    read_at           timestamptz,
    seen_at           timestamptz,
    archived_at       timestamptz,
    snoozed_until     timestamptz,
    created_at        timestamptz NOT NULL,
    updated_at        timestamptz NOT NULL,
    PRIMARY KEY (tenant, id)
) PARTITION BY RANGE (id);
CREATE INDEX notifications_user ON notifications (tenant, user_id, id);
CREATE INDEX notifications_unread ON notifications (tenant, user_id, id) WHERE read_at IS NULL;
CREATE INDEX notifications_type ON notifications (tenant, user_id, notification_type, id);
ALTER TABLE notifications ENABLE ROW LEVEL SECURITY;
ALTER TABLE notifications FORCE ROW LEVEL SECURITY;
CREATE POLICY current ON notifications TO campanile_app, campanile_worker
    USING (tenant = ANY ((SELECT campanile_current_tenants())::text[]))
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON notifications TO campanile_app;
GRANT SELECT ON notifications TO campanile_worker;

-- The state stands in no index, so that its updates stay within the page (HOT); what is pending is
-- known from the small tables of 0003.
CREATE TABLE deliveries (
    tenant            text NOT NULL,
    notification_id   uuid NOT NULL,
    id                uuid NOT NULL,
    user_id           text NOT NULL,
    channel           text NOT NULL,
    address           text NOT NULL,
    state             text NOT NULL,
    reason            text,
    next_attempt_at   timestamptz,
    attempts          jsonb NOT NULL DEFAULT '[]',
    unfinished_starts integer NOT NULL DEFAULT 0,
    created_at        timestamptz NOT NULL,
    updated_at        timestamptz NOT NULL,
    PRIMARY KEY (tenant, notification_id, id)
) PARTITION BY RANGE (notification_id);
ALTER TABLE deliveries ENABLE ROW LEVEL SECURITY;
ALTER TABLE deliveries FORCE ROW LEVEL SECURITY;
CREATE POLICY current ON deliveries TO campanile_app, campanile_worker
    USING (tenant = ANY ((SELECT campanile_current_tenants())::text[]))
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
GRANT SELECT, UPDATE, DELETE ON deliveries TO campanile_app;
GRANT SELECT, INSERT, UPDATE ON deliveries TO campanile_worker;

-- Makes the partitions of so many days, those that exist aside; says how many it made.
--
-- Runs with the owner's rights, so that a worker can do it; it reads no rows. A partition is locked
-- down before it is attached: named directly, the parent's policy would not apply to it. Created
-- apart and attached, because CREATE ... PARTITION OF would stop everybody who uses the parent.
CREATE FUNCTION campanile_make_partitions(first_day date, days integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    parent text;
    part text;
    opens text;
    closes text;
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
REVOKE EXECUTE ON FUNCTION campanile_make_partitions(date, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION campanile_make_partitions(date, integer) TO campanile_worker;
