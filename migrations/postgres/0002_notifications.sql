-- Why: what was accepted and what became of it. The two big tables are partitioned by day on the time-ordered
-- notification id, so that old days are dropped instead of deleted. No foreign keys: they would cost a look-up per row,
-- and a key share lock on a tenant's single row from every accept.

CREATE TABLE notifications (
    tenant            text NOT NULL,
    id                uuid NOT NULL,
    user_id           text NOT NULL,
    notification_type text NOT NULL,
    priority          text NOT NULL CHECK (priority IN ('critical', 'high', 'normal', 'low')),
    title             text,
    body              text,
    content           json NOT NULL,
    channels          text[] CHECK (channels <@ ARRAY['in_app', 'push', 'email', 'webhook', 'slack', 'discord',
                                                      'pushover', 'apprise', 'web_push']),
    in_inbox          boolean NOT NULL,
    send_at           timestamptz,
    expires_at        timestamptz,
    collapse_key      text,
    correlation_id    text NOT NULL,
    read_at           timestamptz,
    seen_at           timestamptz,
    archived_at       timestamptz,
    snoozed_until     timestamptz,
    -- A deleted row stays without its texts until its day is dropped: deliveries under way still report to it and
    -- plans still look at it. This mark and the next stand in no index, so setting them is a HOT update.
    deleted_at        timestamptz,
    cancelled_at      timestamptz,
    created_at        timestamptz NOT NULL,
    updated_at        timestamptz NOT NULL,
    PRIMARY KEY (tenant, id)
) PARTITION BY RANGE (id);
CREATE INDEX notifications_user ON notifications (tenant, user_id, id);
CREATE INDEX notifications_unread ON notifications (tenant, user_id, id) WHERE read_at IS NULL;
CREATE INDEX notifications_type ON notifications (tenant, user_id, notification_type, id);
-- A cached answer ends when the inbox changes by itself, so each that is cached asks for the next such moment.
-- Hardly any row has one: the indexes stay small, and only a snooze writes to them.
CREATE INDEX notifications_send_at ON notifications (tenant, user_id, send_at) WHERE send_at IS NOT NULL;
CREATE INDEX notifications_snoozed_until ON notifications (tenant, user_id, snoozed_until)
    WHERE snoozed_until IS NOT NULL;
-- Statistics keep samples of what people wrote until they are next taken, also of those who were erased. No statement
-- compares these columns with anything.
ALTER TABLE notifications
    ALTER COLUMN title SET STATISTICS 0,
    ALTER COLUMN body SET STATISTICS 0,
    ALTER COLUMN content SET STATISTICS 0;
ALTER TABLE notifications ENABLE ROW LEVEL SECURITY;
ALTER TABLE notifications FORCE ROW LEVEL SECURITY;
CREATE POLICY current ON notifications TO campanile_app, campanile_worker
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON notifications TO campanile_app;
-- A worker writes what a fan-out makes, cancels what a recall covers, and removes what is past its term.
GRANT SELECT, INSERT, UPDATE (cancelled_at, updated_at), DELETE ON notifications TO campanile_worker;

-- No index has the state, so that its updates stay within the page (HOT); what is pending is known from the small
-- tables of 0003.
CREATE TABLE deliveries (
    tenant            text NOT NULL,
    notification_id   uuid NOT NULL,
    id                uuid NOT NULL,
    user_id           text NOT NULL,
    channel           text NOT NULL CHECK (channel IN ('in_app', 'push', 'email', 'webhook', 'slack', 'discord',
                                                       'pushover', 'apprise', 'web_push')),
    address           text NOT NULL,
    state             text NOT NULL CHECK (state IN ('queued', 'deferred', 'retrying', 'sent', 'suppressed',
                                                     'expired', 'cancelled', 'dead')),
    reason            text,
    next_attempt_at   timestamptz,
    attempts          jsonb NOT NULL DEFAULT '[]',
    -- The attempts made before a replay; the ladder begins anew after them.
    ladder_from       integer NOT NULL DEFAULT 0,
    -- Each time that the delivery was held back: `reason` is only the latest.
    deferrals         jsonb,
    unfinished_starts integer NOT NULL DEFAULT 0,
    -- A call that was cut off may have gone out, so only its account may be asked again.
    started_account   text,
    created_at        timestamptz NOT NULL,
    updated_at        timestamptz NOT NULL,
    PRIMARY KEY (tenant, notification_id, id)
) PARTITION BY RANGE (notification_id);
-- As for the texts of notifications: addresses, and what providers answered.
ALTER TABLE deliveries
    ALTER COLUMN address SET STATISTICS 0,
    ALTER COLUMN attempts SET STATISTICS 0;
ALTER TABLE deliveries ENABLE ROW LEVEL SECURITY;
ALTER TABLE deliveries FORCE ROW LEVEL SECURITY;
CREATE POLICY current ON deliveries TO campanile_app, campanile_worker
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
GRANT SELECT, UPDATE, DELETE ON deliveries TO campanile_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON deliveries TO campanile_worker;

-- A request that is sent twice is accepted once. Not partitioned, because the key must be unique per tenant over all
-- days; expired rows are removed in bulk.
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
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
-- The worker expires keys of every tenant, but may not read what they answer.
CREATE POLICY worker_all ON idempotency_keys TO campanile_worker USING (true);
GRANT SELECT, INSERT, UPDATE ON idempotency_keys TO campanile_app;
GRANT SELECT (tenant, key, expires_at), DELETE ON idempotency_keys TO campanile_worker;

-- Makes the partitions of so many days, except those that exist; returns how many it made.
--
-- Runs with the owner's rights, so that a worker can call it; it reads no rows. A partition is locked down before it is
-- attached: the parent's policy does not apply to a statement that names the partition. It is created apart and then
-- attached, because CREATE ... PARTITION OF would block every statement on the parent. LIKE does not copy for which columns
-- no statistics are kept.
CREATE FUNCTION campanile_make_partitions(first_day date, days integer) RETURNS integer
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
