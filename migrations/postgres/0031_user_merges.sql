-- Why: a service learns that two of its users are one person. Everything of the one is moved to the other, in steps, by any
-- worker (ADR 89). A row says how far that is; it is kept for a time after the end, for those who ask.

CREATE TABLE user_merges (
    tenant        text        NOT NULL,
    from_user     text        NOT NULL,
    into_user     text        NOT NULL CHECK (into_user <> from_user),
    stage         text        NOT NULL CHECK (stage IN ('history', 'topics', 'rest', 'done')),
    after_id      uuid,
    total         bigint      NOT NULL,
    notifications bigint      NOT NULL,
    devices       bigint      NOT NULL,
    addresses     bigint      NOT NULL,
    topics        bigint      NOT NULL,
    started_at    timestamptz NOT NULL,
    subscribed_at timestamptz,
    updated_at    timestamptz NOT NULL,
    due_at        timestamptz NOT NULL,
    ended_at      timestamptz,
    PRIMARY KEY (tenant, from_user),
    CHECK ((stage = 'done') = (ended_at IS NOT NULL))
) WITH (fillfactor = 50);
-- The kept user may be erased, or be merged into another one. It does not begin with the tenant (ADR 30).
CREATE INDEX user_merges_into ON user_merges (into_user, tenant);
-- Those that run are few, and found without those that have ended.
CREATE INDEX user_merges_due ON user_merges (due_at) WHERE ended_at IS NULL;
CREATE INDEX user_merges_ended ON user_merges (ended_at) WHERE ended_at IS NOT NULL;

ALTER TABLE user_merges ENABLE ROW LEVEL SECURITY;
ALTER TABLE user_merges FORCE ROW LEVEL SECURITY;
CREATE POLICY app_current ON user_merges TO campanile_app
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
-- A worker finds what is to be done for any tenant.
CREATE POLICY worker_all ON user_merges TO campanile_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON user_merges TO campanile_app;
GRANT SELECT, UPDATE, DELETE ON user_merges TO campanile_worker;

-- What a worker moves. It could read and delete most of these rows before; now it also gives them to another user.
GRANT UPDATE (user_id) ON notifications, devices, user_addresses, preferences TO campanile_worker;
GRANT SELECT (user_id), UPDATE (user_id) ON dead_letters TO campanile_worker;
GRANT UPDATE (user_id, email, email_gone_at, locale, timezone, attributes, updated_at) ON users TO campanile_worker;
GRANT INSERT, UPDATE (revision) ON topic_subscribers TO campanile_worker;
-- The policy `worker_removes` of topics and ingest_addresses holds for all commands.
GRANT SELECT (topic, subscribers, revision), UPDATE (subscribers, revision) ON topics TO campanile_worker;
GRANT SELECT (users), UPDATE (users) ON ingest_addresses TO campanile_worker;
