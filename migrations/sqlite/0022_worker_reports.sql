-- Why: whoever answers says in the health report what whoever delivers knows: whether the queue works, which channels
-- somebody has an account for, and how much of what was sent arrived.
ALTER TABLE workers ADD COLUMN queue_up INTEGER;
ALTER TABLE workers ADD COLUMN channels TEXT;

-- What a worker has sent, by channel and hour: whole numbers, so that a repeated write changes nothing.
CREATE TABLE sent_hours (
    worker       BLOB    NOT NULL,
    channel      TEXT    NOT NULL,
    hour         INTEGER NOT NULL,
    sent         INTEGER NOT NULL,
    failed       INTEGER NOT NULL,
    last_sent_at INTEGER,
    PRIMARY KEY (hour, worker, channel)
) WITHOUT ROWID;
