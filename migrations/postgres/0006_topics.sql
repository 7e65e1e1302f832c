-- Why: a send to a topic reaches all its subscribers, 100,000 users and more, without one huge transaction: it is
-- accepted as one row and made into notifications step by step.

-- A row per topic: its number of subscribers, and a count of its changes. Each change of the subscribers locks it first,
-- so both are exact whatever the clocks say.
CREATE TABLE topics (
    tenant      text NOT NULL,
    topic       text COLLATE "C" NOT NULL,
    subscribers bigint NOT NULL CHECK (subscribers >= 0),
    revision    bigint NOT NULL,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    PRIMARY KEY (tenant, topic)
) WITH (fillfactor = 50);

-- `revision` is the topic's when the user subscribed. Users are ordered by their bytes, as in the other back end, and
-- whatever the database's language.
CREATE TABLE topic_subscribers (
    tenant     text NOT NULL,
    topic      text COLLATE "C" NOT NULL,
    user_id    text COLLATE "C" NOT NULL,
    revision   bigint NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, topic, user_id)
);
-- For the erasure of a person.
CREATE INDEX topic_subscribers_user ON topic_subscribers (tenant, user_id);

-- What was sent to topics: written when it is accepted, and once more when it is over. It is for those who were
-- subscribed at `as_of`. Without a status it is not over: its work says how far it is.
CREATE TABLE fanouts (
    tenant            text NOT NULL,
    id                uuid NOT NULL,
    topic             text COLLATE "C" NOT NULL,
    as_of             bigint NOT NULL,
    accepted          bigint NOT NULL,
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
    expanded          bigint NOT NULL DEFAULT 0,
    status            text CHECK (status IN ('done', 'cancelled', 'expired')),
    -- How many notifications were called back, written when the recall ends.
    recalled          bigint NOT NULL DEFAULT 0,
    created_at        timestamptz NOT NULL,
    updated_at        timestamptz NOT NULL,
    finished_at       timestamptz,
    PRIMARY KEY (tenant, id),
    CHECK ((status IS NULL) = (finished_at IS NULL))
) WITH (fillfactor = 90);
-- As in 0002: no samples of texts.
ALTER TABLE fanouts
    ALTER COLUMN title SET STATISTICS 0,
    ALTER COLUMN body SET STATISTICS 0,
    ALTER COLUMN content SET STATISTICS 0;
-- Fan-outs of one status are listed without passing all others.
CREATE INDEX fanouts_status ON fanouts (tenant, status, id);

-- What is to be done, as in 0003: no texts, so that workers may see all of it. `cursor` is the last subscriber that was
-- looked at. The columns that a step changes stand in no index. A step that fails counts in `failures` and moves
-- `due_at`, so that it does not hold up all others.
CREATE TABLE fanout_work (
    tenant     text NOT NULL,
    id         uuid NOT NULL,
    lane       smallint NOT NULL CHECK (lane IN (0, 1, 2)),
    due_at     timestamptz NOT NULL,
    accepted   bigint NOT NULL,
    expanded   bigint NOT NULL DEFAULT 0,
    failures   integer NOT NULL DEFAULT 0,
    cursor     text COLLATE "C",
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, id)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- Cancelling a send to a topic also calls back what it has made. Each step leaves a row that names its notifications by
-- the first and the last: their ids are consecutive. A recall removes these rows as it goes, so that what is left of
-- them is what is left to do.
CREATE TABLE fanout_batches (
    tenant    text NOT NULL,
    fanout_id uuid NOT NULL,
    first_id  uuid NOT NULL,
    last_id   uuid NOT NULL,
    PRIMARY KEY (tenant, fanout_id, first_id)
);

-- What is to be called back, as fanout_work has what is to be made: a row from the call until the last batch is gone.
CREATE TABLE fanout_recalls (
    tenant     text NOT NULL,
    id         uuid NOT NULL,
    due_at     timestamptz NOT NULL,
    recalled   bigint NOT NULL DEFAULT 0,
    failures   integer NOT NULL DEFAULT 0,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, id)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

ALTER TABLE topics ENABLE ROW LEVEL SECURITY;
ALTER TABLE topics FORCE ROW LEVEL SECURITY;
ALTER TABLE topic_subscribers ENABLE ROW LEVEL SECURITY;
ALTER TABLE topic_subscribers FORCE ROW LEVEL SECURITY;
ALTER TABLE fanouts ENABLE ROW LEVEL SECURITY;
ALTER TABLE fanouts FORCE ROW LEVEL SECURITY;
ALTER TABLE fanout_work ENABLE ROW LEVEL SECURITY;
ALTER TABLE fanout_work FORCE ROW LEVEL SECURITY;
ALTER TABLE fanout_batches ENABLE ROW LEVEL SECURITY;
ALTER TABLE fanout_batches FORCE ROW LEVEL SECURITY;
ALTER TABLE fanout_recalls ENABLE ROW LEVEL SECURITY;
ALTER TABLE fanout_recalls FORCE ROW LEVEL SECURITY;
CREATE POLICY app_current ON topics TO campanile_app
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
CREATE POLICY current ON topic_subscribers TO campanile_app, campanile_worker
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
CREATE POLICY current ON fanouts TO campanile_app, campanile_worker
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
CREATE POLICY app_current ON fanout_work TO campanile_app
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
CREATE POLICY current ON fanout_batches TO campanile_app, campanile_worker
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
CREATE POLICY app_current ON fanout_recalls TO campanile_app
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
CREATE POLICY worker_all ON fanout_work TO campanile_worker USING (true) WITH CHECK (true);
CREATE POLICY worker_all ON fanout_recalls TO campanile_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON topics TO campanile_app;
GRANT SELECT, INSERT, DELETE ON topic_subscribers TO campanile_app;
GRANT SELECT ON topic_subscribers TO campanile_worker;
GRANT SELECT, INSERT, UPDATE (expanded, status, updated_at, finished_at) ON fanouts TO campanile_app;
GRANT SELECT, UPDATE (expanded, status, recalled, updated_at, finished_at), DELETE ON fanouts TO campanile_worker;
GRANT SELECT, INSERT, DELETE ON fanout_work TO campanile_app;
GRANT SELECT, UPDATE (due_at, expanded, failures, cursor, updated_at), DELETE ON fanout_work TO campanile_worker;
GRANT SELECT ON fanout_batches TO campanile_app;
GRANT SELECT, INSERT, DELETE ON fanout_batches TO campanile_worker;
GRANT SELECT, INSERT ON fanout_recalls TO campanile_app;
GRANT SELECT, UPDATE (due_at, recalled, failures, updated_at), DELETE ON fanout_recalls TO campanile_worker;
