-- Why: the API speaks to no broker and has no accounts, and has to say in its health report whether the broker can be
-- reached, which channels somebody has an account for, and how much of what was sent arrived. Workers say so beside
-- their heartbeat, when it has changed. Absent: a worker of an older version, which does not say.
ALTER TABLE workers
    ADD COLUMN queue_up boolean,
    ADD COLUMN channels text[];

-- What a worker has sent, by channel and hour. It alone writes its rows, and whole numbers each time, so nobody waits for
-- anybody and a repeated write changes nothing. Rows of a day: workers x channels x 24, however much is sent.
CREATE TABLE sent_hours (
    worker       uuid NOT NULL,
    channel      text NOT NULL,
    hour         timestamptz NOT NULL,
    sent         bigint NOT NULL,
    failed       bigint NOT NULL,
    last_sent_at timestamptz,
    PRIMARY KEY (hour, worker, channel)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
ALTER TABLE sent_hours ENABLE ROW LEVEL SECURITY;
ALTER TABLE sent_hours FORCE ROW LEVEL SECURITY;
-- Nothing in it is a tenant's, and only workers' logins read it.
CREATE POLICY worker_all ON sent_hours TO campanile_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON sent_hours TO campanile_worker;
