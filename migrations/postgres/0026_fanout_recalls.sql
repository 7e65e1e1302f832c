-- Why: calling off a send to a topic also calls back what it has made. Each step leaves a row that names
-- its notifications by the first and the last: their ids follow one upon the other. A recall takes these
-- rows away as it goes, so that what is left of them is what is left to do.
CREATE TABLE fanout_batches (
    tenant    text NOT NULL,
    fanout_id uuid NOT NULL,
    first_id  uuid NOT NULL,
    last_id   uuid NOT NULL,
    PRIMARY KEY (tenant, fanout_id, first_id)
);

-- What is to be called back, as 0015 has what is to be made: a row from the call until the last batch is gone.
CREATE TABLE fanout_recalls (
    tenant     text NOT NULL,
    id         uuid NOT NULL,
    due_at     timestamptz NOT NULL,
    recalled   bigint NOT NULL DEFAULT 0,
    failures   integer NOT NULL DEFAULT 0,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, id)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- How many were called back, written when the recall ends.
ALTER TABLE fanouts ADD COLUMN recalled bigint NOT NULL DEFAULT 0;

ALTER TABLE fanout_batches ENABLE ROW LEVEL SECURITY;
ALTER TABLE fanout_batches FORCE ROW LEVEL SECURITY;
ALTER TABLE fanout_recalls ENABLE ROW LEVEL SECURITY;
ALTER TABLE fanout_recalls FORCE ROW LEVEL SECURITY;
CREATE POLICY current ON fanout_batches TO campanile_app, campanile_worker
    USING (tenant = ANY ((SELECT campanile_current_tenants())::text[]))
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
CREATE POLICY app_current ON fanout_recalls TO campanile_app
    USING (tenant = ANY ((SELECT campanile_current_tenants())::text[]))
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
CREATE POLICY worker_all ON fanout_recalls TO campanile_worker USING (true) WITH CHECK (true);
GRANT SELECT ON fanout_batches TO campanile_app;
GRANT SELECT, INSERT, DELETE ON fanout_batches TO campanile_worker;
GRANT SELECT, INSERT ON fanout_recalls TO campanile_app;
GRANT SELECT, UPDATE (due_at, recalled, failures, updated_at), DELETE ON fanout_recalls TO campanile_worker;
GRANT UPDATE (recalled) ON fanouts TO campanile_worker;

-- A worker marks what it calls back, of the tenant it has set.
GRANT UPDATE (cancelled_at, updated_at) ON notifications TO campanile_worker;
