-- Why: each tenant has its own accounts at providers. What is secret in them is sealed under a key of the tenant's,
-- which is stored wrapped under the installation's master key.

CREATE TABLE tenant_keys (
    tenant     text PRIMARY KEY,
    wrapped    bytea NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE TABLE providers (
    tenant      text NOT NULL,
    name        text NOT NULL,
    channel     text NOT NULL CHECK (channel IN ('in_app', 'push', 'email', 'webhook', 'slack', 'discord',
                                                 'pushover', 'apprise', 'web_push')),
    settings    json NOT NULL,
    sealed      bytea NOT NULL,
    weight      integer NOT NULL,
    failover_to text,
    version     uuid NOT NULL,
    updated_at  timestamptz NOT NULL,
    PRIMARY KEY (tenant, name)
);

-- The API does not see the breakers of the workers, and has to say which accounts are in trouble. A worker's rows count
-- while its heartbeat is fresh; they are written only when they change.
CREATE TABLE account_troubles (
    tenant        text NOT NULL,
    channel       text NOT NULL CHECK (channel IN ('in_app', 'push', 'email', 'webhook', 'slack', 'discord',
                                                   'pushover', 'apprise', 'web_push')),
    name          text NOT NULL,
    worker        uuid NOT NULL,
    misconfigured boolean NOT NULL,
    -- An account that cannot be used at all is not called either, but no breaker of it is open.
    breaker_open  boolean NOT NULL DEFAULT true,
    probing       boolean NOT NULL,
    detail        text NOT NULL,
    since         timestamptz NOT NULL,
    PRIMARY KEY (tenant, channel, name, worker)
);
CREATE INDEX account_troubles_worker ON account_troubles (worker);

-- A webhook's receiver that answers 410 wants no more calls, from any process, until a person resumes the account. A
-- pause counts for the version of the account that it names: an account that is set again is another one.
CREATE TABLE account_pauses (
    tenant    text NOT NULL,
    name      text NOT NULL,
    channel   text NOT NULL CHECK (channel IN ('in_app', 'push', 'email', 'webhook', 'slack', 'discord',
                                               'pushover', 'apprise', 'web_push')),
    version   text NOT NULL,
    code      text NOT NULL,
    paused_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, name, channel)
);

ALTER TABLE tenant_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_keys FORCE ROW LEVEL SECURITY;
ALTER TABLE providers ENABLE ROW LEVEL SECURITY;
ALTER TABLE providers FORCE ROW LEVEL SECURITY;
ALTER TABLE account_troubles ENABLE ROW LEVEL SECURITY;
ALTER TABLE account_troubles FORCE ROW LEVEL SECURITY;
ALTER TABLE account_pauses ENABLE ROW LEVEL SECURITY;
ALTER TABLE account_pauses FORCE ROW LEVEL SECURITY;
CREATE POLICY app_current ON tenant_keys TO campanile_app
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
CREATE POLICY app_current ON providers TO campanile_app
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
CREATE POLICY app_current ON account_pauses TO campanile_app
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
-- A worker delivers for all tenants, so it has to know all accounts.
CREATE POLICY worker_all ON tenant_keys FOR SELECT TO campanile_worker USING (true);
CREATE POLICY worker_all ON providers FOR SELECT TO campanile_worker USING (true);
CREATE POLICY worker_all ON account_pauses TO campanile_worker USING (true) WITH CHECK (true);
-- Which workers are alive is known to workers only, so the API reads troubles through their role, by tenant.
CREATE POLICY worker_all ON account_troubles TO campanile_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON tenant_keys TO campanile_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON providers TO campanile_app;
GRANT SELECT ON tenant_keys, providers TO campanile_worker;
GRANT SELECT, INSERT, UPDATE, DELETE ON account_troubles TO campanile_worker;
GRANT SELECT, DELETE ON account_pauses TO campanile_app;
GRANT SELECT, INSERT, UPDATE ON account_pauses TO campanile_worker;
