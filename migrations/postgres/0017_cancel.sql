-- Why: services call back what they sent. The mark stands in no index, so setting it is a HOT update;
-- plans, workers and retries read it with the marks of users.
ALTER TABLE notifications ADD COLUMN cancelled_at timestamptz;

-- Whether a notification of this transaction's tenants has not been planned yet, so that the API can
-- tell it from one of which nothing is left to stop.
--
-- Runs with the owner's rights: the API's role does not read what is pending, and learns only this of
-- it. One statement, because the scheduler moves it from the one table to the other. The outbox is
-- searched row by row: it is short, and where it is not, up to 256 notifications share a row.
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
