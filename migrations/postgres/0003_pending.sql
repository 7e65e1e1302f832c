-- Why: what is pending lives in small tables, never as an indexed state on the big ones. Workers
-- claim across tenants, so their policy here lets them see every row; they set the batch's tenants
-- before they touch the big tables. Rows come and go quickly: vacuum by count, not by share.

-- Accepted and not planned. The key begins with what the relay orders by within a tenant.
CREATE TABLE outbox (
    tenant           text NOT NULL,
    lane             smallint NOT NULL,
    id               uuid NOT NULL,
    notification_ids uuid[] NOT NULL,
    created_at       timestamptz NOT NULL,
    PRIMARY KEY (tenant, lane, id)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

-- Planned and not done: in the queue or in a worker's hands.
CREATE TABLE dispatch (
    tenant           text NOT NULL,
    id               uuid NOT NULL,
    channel          text NOT NULL,
    lane             smallint NOT NULL,
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

-- Waits for its time: a notification to be sent later, or a delivery to be tried again. `key` is the
-- notification's or the delivery's id, so a second row for the same thing moves the first.
CREATE TABLE schedule (
    tenant          text NOT NULL,
    kind            text NOT NULL CHECK (kind IN ('send', 'retry')),
    key             uuid NOT NULL,
    notification_id uuid NOT NULL,
    channel         text CHECK ((channel IS NOT NULL) = (kind = 'retry')),
    lane            smallint NOT NULL,
    due_at          timestamptz NOT NULL,
    PRIMARY KEY (tenant, kind, key)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
-- One to see that nothing is due without visiting every tenant, one to take turns among tenants.
CREATE INDEX schedule_due ON schedule (due_at);
CREATE INDEX schedule_tenant_due ON schedule (tenant, due_at);

ALTER TABLE outbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE outbox FORCE ROW LEVEL SECURITY;
ALTER TABLE dispatch ENABLE ROW LEVEL SECURITY;
ALTER TABLE dispatch FORCE ROW LEVEL SECURITY;
ALTER TABLE schedule ENABLE ROW LEVEL SECURITY;
ALTER TABLE schedule FORCE ROW LEVEL SECURITY;
CREATE POLICY app_current ON outbox TO campanile_app
    USING (tenant = ANY ((SELECT campanile_current_tenants())::text[]))
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
CREATE POLICY app_current ON schedule TO campanile_app
    USING (tenant = ANY ((SELECT campanile_current_tenants())::text[]))
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
CREATE POLICY worker_all ON outbox TO campanile_worker USING (true) WITH CHECK (true);
CREATE POLICY worker_all ON dispatch TO campanile_worker USING (true) WITH CHECK (true);
CREATE POLICY worker_all ON schedule TO campanile_worker USING (true) WITH CHECK (true);
GRANT INSERT ON outbox, schedule TO campanile_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON outbox, dispatch, schedule TO campanile_worker;
