-- Why: what is pending lives in small tables, never as an indexed state on the big ones. Workers claim across tenants,
-- so their policy here lets them see every row; they set the batch's tenants before they touch the big tables. Rows come
-- and go quickly: vacuum by count, not by share.

-- Accepted and not planned. The key begins with what the relay orders by within a tenant.
CREATE TABLE outbox (
    tenant           text NOT NULL,
    lane             smallint NOT NULL CHECK (lane IN (0, 1, 2)),
    id               uuid NOT NULL,
    notification_ids uuid[] NOT NULL,
    created_at       timestamptz NOT NULL,
    PRIMARY KEY (tenant, lane, id)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
-- Most turns of the relay plan what has just been accepted. By tenant they would pass all the rows that were removed
-- since the last vacuum, tenant by tenant; by time they begin behind them.
CREATE INDEX outbox_id ON outbox (id);

-- Planned and not done: in the queue or with a worker.
CREATE TABLE dispatch (
    tenant           text NOT NULL,
    id               uuid NOT NULL,
    channel          text NOT NULL CHECK (channel IN ('in_app', 'push', 'email', 'webhook', 'slack', 'discord',
                                                      'pushover', 'apprise', 'web_push')),
    lane             smallint NOT NULL CHECK (lane IN (0, 1, 2)),
    epoch            integer NOT NULL DEFAULT 0,
    notification_ids uuid[] NOT NULL,
    delivery_ids     uuid[] NOT NULL,
    size             integer NOT NULL,
    publish_after    timestamptz NOT NULL,
    holder           uuid,
    created_at       timestamptz NOT NULL,
    PRIMARY KEY (tenant, id)
) WITH (fillfactor = 85, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
CREATE INDEX dispatch_publish_after ON dispatch (publish_after);

-- Waits for its time: a notification to be sent later, or a delivery to be tried again. `key` is the notification's or
-- the delivery's id, so a second row for the same thing moves the first.
CREATE TABLE schedule (
    tenant          text NOT NULL,
    kind            text NOT NULL CHECK (kind IN ('send', 'retry')),
    key             uuid NOT NULL,
    notification_id uuid NOT NULL,
    channel         text CHECK (channel IN ('in_app', 'push', 'email', 'webhook', 'slack', 'discord',
                                            'pushover', 'apprise', 'web_push')),
    lane            smallint NOT NULL CHECK (lane IN (0, 1, 2)),
    -- Whose quiet hours a delivery waits for; NULL in all other rows.
    user_id         text,
    due_at          timestamptz NOT NULL,
    PRIMARY KEY (tenant, kind, key),
    CHECK ((channel IS NOT NULL) = (kind = 'retry'))
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
-- One to see that nothing is due without visiting every tenant, one to take turns among tenants.
CREATE INDEX schedule_due ON schedule (due_at);
CREATE INDEX schedule_tenant_due ON schedule (tenant, due_at);
-- What goes without room in its tenant's window (sends, and the critical lane) is found without passing all that waits
-- for room.
CREATE INDEX schedule_urgent ON schedule (tenant, due_at) WHERE kind = 'send' OR lane = 0;
-- When a tenant's accounts change, what waits for them becomes due early. By tenant and time the look-up would pass what
-- all other channels have waiting, and what waits for quiet hours.
CREATE INDEX schedule_expedite ON schedule (tenant, channel, due_at) WHERE kind = 'retry' AND user_id IS NULL;
-- When a user's preferences or time zone change, what waits for their quiet hours is looked at at once.
CREATE INDEX schedule_user ON schedule (tenant, user_id, key) WHERE user_id IS NOT NULL;

ALTER TABLE outbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE outbox FORCE ROW LEVEL SECURITY;
ALTER TABLE dispatch ENABLE ROW LEVEL SECURITY;
ALTER TABLE dispatch FORCE ROW LEVEL SECURITY;
ALTER TABLE schedule ENABLE ROW LEVEL SECURITY;
ALTER TABLE schedule FORCE ROW LEVEL SECURITY;
CREATE POLICY app_current ON outbox TO campanile_app
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
CREATE POLICY app_current ON schedule TO campanile_app
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
CREATE POLICY worker_all ON outbox TO campanile_worker USING (true) WITH CHECK (true);
CREATE POLICY worker_all ON dispatch TO campanile_worker USING (true) WITH CHECK (true);
CREATE POLICY worker_all ON schedule TO campanile_worker USING (true) WITH CHECK (true);
-- What campanile_drop_day (0008) has to see. Policies are forced on the owner too; without these it would find that
-- nothing is ever pending.
CREATE POLICY owner_looks ON outbox FOR SELECT TO campanile_owner USING (true);
CREATE POLICY owner_looks ON dispatch FOR SELECT TO campanile_owner USING (true);
CREATE POLICY owner_looks ON schedule FOR SELECT TO campanile_owner USING (true);
GRANT INSERT ON outbox, schedule TO campanile_app;
-- New preferences make what waits for quiet hours due at once.
GRANT SELECT (tenant, kind, key, user_id, due_at), UPDATE (due_at) ON schedule TO campanile_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON outbox, dispatch, schedule TO campanile_worker;

-- Whether a notification of this transaction's tenants has not been planned yet, so that the API can tell it from one
-- of which nothing is left to cancel.
--
-- Runs with the owner's rights: the API's role does not read what is pending, and learns only this of it. One statement,
-- because the scheduler moves it from the one table to the other. The outbox is searched row by row: it is short, and
-- where it is not, up to 256 notifications share a row.
CREATE FUNCTION campanile_waits_for_its_plan(its_tenant text, its_id uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT its_tenant = ANY ((SELECT campanile_current_tenants())::text[]) AND (
        EXISTS (SELECT FROM schedule s
            WHERE s.tenant = its_tenant AND s.kind = 'send' AND s.key = its_id)
        OR EXISTS (SELECT FROM outbox o
            WHERE o.tenant = its_tenant AND its_id = ANY (o.notification_ids)))
$$;
REVOKE EXECUTE ON FUNCTION campanile_waits_for_its_plan(text, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION campanile_waits_for_its_plan(text, uuid) TO campanile_app;
