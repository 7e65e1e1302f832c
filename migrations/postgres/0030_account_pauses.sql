-- Why: a webhook's receiver that answers 410 wants no more calls, from whichever process, until a person
-- resumes the account. A pause counts for the version of the account that it names: an account that is set
-- again is another one.
CREATE TABLE account_pauses (
    tenant    text NOT NULL,
    name      text NOT NULL,
    channel   text NOT NULL,
    version   text NOT NULL,
    code      text NOT NULL,
    paused_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, name, channel)
);
ALTER TABLE account_pauses ENABLE ROW LEVEL SECURITY;
ALTER TABLE account_pauses FORCE ROW LEVEL SECURITY;
CREATE POLICY app_current ON account_pauses TO campanile_app
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
-- A worker delivers for everybody, so it has to know everybody's accounts.
CREATE POLICY worker_all ON account_pauses TO campanile_worker USING (true) WITH CHECK (true);
GRANT SELECT, DELETE ON account_pauses TO campanile_app;
GRANT SELECT, INSERT, UPDATE ON account_pauses TO campanile_worker;
