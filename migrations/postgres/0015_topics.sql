-- Why: a send to a topic reaches everybody who is subscribed, 100,000 users and more, without one huge
-- transaction: it is accepted as one row and made into notifications step by step.

-- A row per topic: its number of subscribers, and a count of its changes. Whoever changes the
-- subscribers locks it first, so both are exact whatever the clocks say.
CREATE TABLE topics (
    tenant      text NOT NULL,
    topic       text COLLATE "C" NOT NULL,
    subscribers bigint NOT NULL CHECK (subscribers >= 0),
    revision    bigint NOT NULL,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    PRIMARY KEY (tenant, topic)
) WITH (fillfactor = 50);

-- `revision` is the topic's when the user came. Users go by their bytes, as they do in the other back
-- end, and whatever the database's language.
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

-- What was sent to topics: written when it is accepted, and once more when it is over. It is for
-- those who were subscribed at `as_of`. Without a status it is not over: its work says how far it is.
CREATE TABLE fanouts (
    tenant            text NOT NULL,
    id                uuid NOT NULL,
    topic             text COLLATE "C" NOT NULL,
    as_of             bigint NOT NULL,
    accepted          bigint NOT NULL,
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
    expanded          bigint NOT NULL DEFAULT 0,
    status            text CHECK (status IN ('done', 'cancelled', 'expired')),
    created_at        timestamptz NOT NULL,
    updated_at        timestamptz NOT NULL,
    finished_at       timestamptz,
    PRIMARY KEY (tenant, id),
    CHECK ((status IS NULL) = (finished_at IS NULL))
) WITH (fillfactor = 90);

-- What is to be done, as in 0003: no texts, so that workers may see all of it. `cursor` is the last
-- subscriber that was looked at. The columns that a step changes stand in no index.
CREATE TABLE fanout_work (
    tenant     text NOT NULL,
    id         uuid NOT NULL,
    lane       smallint NOT NULL,
    due_at     timestamptz NOT NULL,
    accepted   bigint NOT NULL,
    expanded   bigint NOT NULL DEFAULT 0,
    cursor     text COLLATE "C",
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
CREATE POLICY app_current ON topics TO campanile_app
    USING (tenant = ANY ((SELECT campanile_current_tenants())::text[]))
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
CREATE POLICY current ON topic_subscribers TO campanile_app, campanile_worker
    USING (tenant = ANY ((SELECT campanile_current_tenants())::text[]))
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
CREATE POLICY current ON fanouts TO campanile_app, campanile_worker
    USING (tenant = ANY ((SELECT campanile_current_tenants())::text[]))
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
CREATE POLICY app_current ON fanout_work TO campanile_app
    USING (tenant = ANY ((SELECT campanile_current_tenants())::text[]))
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
CREATE POLICY worker_all ON fanout_work TO campanile_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON topics TO campanile_app;
GRANT SELECT, INSERT, DELETE ON topic_subscribers TO campanile_app;
GRANT SELECT ON topic_subscribers TO campanile_worker;
GRANT SELECT, INSERT, UPDATE (expanded, status, updated_at, finished_at) ON fanouts TO campanile_app;
GRANT SELECT, UPDATE (expanded, status, updated_at, finished_at), DELETE ON fanouts TO campanile_worker;
GRANT SELECT, INSERT, DELETE ON fanout_work TO campanile_app;
GRANT SELECT, UPDATE (expanded, cursor, updated_at), DELETE ON fanout_work TO campanile_worker;

-- A step writes notifications, of the tenant it has set.
GRANT INSERT ON notifications TO campanile_worker;
