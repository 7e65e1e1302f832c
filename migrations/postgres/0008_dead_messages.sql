-- Why: messages of the queue that no worker could read are listed beside the deliveries that died.
-- They name no notification and no user, and one that came from nowhere known no channel either.
-- The rows that are there are checked after it, while others write.
ALTER TABLE dead_letters
    ALTER COLUMN notification_id DROP NOT NULL,
    ALTER COLUMN user_id DROP NOT NULL,
    ALTER COLUMN channel DROP NOT NULL,
    ADD CONSTRAINT dead_letters_delivery_or_message CHECK (
        CASE WHEN notification_id IS NULL THEN user_id IS NULL
             ELSE user_id IS NOT NULL AND channel IS NOT NULL END) NOT VALID;

-- A worker counts the dead letters of all tenants for its gauge, and reads nothing else of them: it
-- may see every row, but of a row only whose it is and its id (which ON CONFLICT asks for).
REVOKE SELECT ON dead_letters FROM campanile_worker;
GRANT SELECT (tenant, id) ON dead_letters TO campanile_worker;
CREATE POLICY worker_counts ON dead_letters FOR SELECT TO campanile_worker USING (true);
