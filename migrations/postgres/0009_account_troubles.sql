-- Why: the API does not see the breakers of the workers, and has to say which accounts are in trouble.
-- A worker's rows count while its heartbeat is fresh; written only when they change.
CREATE TABLE account_troubles (
    tenant        text NOT NULL,
    channel       text NOT NULL,
    name          text NOT NULL,
    worker        uuid NOT NULL,
    misconfigured boolean NOT NULL,
    probing       boolean NOT NULL,
    detail        text NOT NULL,
    since         timestamptz NOT NULL,
    PRIMARY KEY (tenant, channel, name, worker)
);
CREATE INDEX account_troubles_worker ON account_troubles (worker);
ALTER TABLE account_troubles ENABLE ROW LEVEL SECURITY;
ALTER TABLE account_troubles FORCE ROW LEVEL SECURITY;
-- Who lives is known to workers only, so the API reads through their role, by tenant.
CREATE POLICY worker_all ON account_troubles TO campanile_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON account_troubles TO campanile_worker;
