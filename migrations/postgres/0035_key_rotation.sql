-- Why: keys are rotated (ADR 91). A tenant gets a new data key, and workers encrypt with it what the former ones have
-- encrypted, in steps; a row says how far that is. The same steps encrypt what lies in the open. The tenants' keys are
-- encrypted again if the master key is rotated.

CREATE TABLE key_rotations (
    tenant        text        PRIMARY KEY,
    -- When the key was replaced; without it only what lies in the open is encrypted.
    rotated_at    timestamptz,
    seals_open    boolean     NOT NULL,
    pass          integer     NOT NULL,
    pass_began_at timestamptz NOT NULL,
    -- Rows of former keys that the pass has found.
    pass_found    bigint      NOT NULL,
    -- The table, and the key of the last row that was looked at.
    place         text        NOT NULL,
    position      text,
    -- When the first row of the table was made, and the last one that was looked at.
    first_at      timestamptz,
    reached_at    timestamptz,
    looked_at     bigint      NOT NULL,
    resealed      bigint      NOT NULL,
    sealed        bigint      NOT NULL,
    unreadable    bigint      NOT NULL,
    started_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    due_at        timestamptz NOT NULL,
    ended_at      timestamptz
) WITH (fillfactor = 50);
-- Those that run are few, and found without those that have ended.
CREATE INDEX key_rotations_due ON key_rotations (due_at) WHERE ended_at IS NULL;

ALTER TABLE key_rotations ENABLE ROW LEVEL SECURITY;
ALTER TABLE key_rotations FORCE ROW LEVEL SECURITY;
CREATE POLICY app_current ON key_rotations TO campanile_app
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
-- A worker finds what is to be done for any tenant.
CREATE POLICY worker_all ON key_rotations TO campanile_worker USING (true) WITH CHECK (true);
CREATE POLICY owner_moves ON key_rotations TO campanile_owner
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON key_rotations TO campanile_app;
GRANT SELECT, UPDATE, DELETE ON key_rotations TO campanile_worker;

-- How far the rotation of the master key is: one row at most.
CREATE TABLE master_key_rotation (
    id         smallint    PRIMARY KEY CHECK (id = 1),
    place      text        NOT NULL,
    position   text,
    looked_at  bigint      NOT NULL,
    rewrapped  bigint      NOT NULL,
    -- Keys that neither master key opens.
    unreadable bigint      NOT NULL,
    started_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    due_at     timestamptz NOT NULL,
    ended_at   timestamptz
);
GRANT SELECT, INSERT, UPDATE ON master_key_rotation TO campanile_app;
GRANT SELECT, UPDATE ON master_key_rotation TO campanile_worker;

-- The operator of the installation replaces a data key.
GRANT UPDATE (wrapped, created_at) ON tenant_keys TO campanile_app;
GRANT INSERT ON tenant_former_keys TO campanile_app;

-- What a worker encrypts anew.
GRANT UPDATE (title, body, content, item_title, item_body, link, actions, sealed) ON notifications TO campanile_worker;
GRANT UPDATE (title, body, content, link, actions, sealed) ON fanouts TO campanile_worker;
GRANT UPDATE (sealed) ON providers TO campanile_worker;
-- Its policy `worker_removes` holds for all commands.
GRANT SELECT (id, sealed), UPDATE (sealed) ON ingest_addresses TO campanile_worker;
CREATE POLICY worker_reseals ON providers FOR UPDATE TO campanile_worker
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
GRANT UPDATE (wrapped) ON tenant_keys, tenant_former_keys TO campanile_worker;
CREATE POLICY worker_rewraps ON tenant_keys FOR UPDATE TO campanile_worker USING (true) WITH CHECK (true);
CREATE POLICY worker_rewraps ON tenant_former_keys FOR UPDATE TO campanile_worker USING (true) WITH CHECK (true);
