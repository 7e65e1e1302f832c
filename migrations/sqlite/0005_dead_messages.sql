-- Why: messages of a queue that no worker could read are listed beside the deliveries that died; they
-- name no notification, no user and perhaps no channel. SQLite cannot drop a NOT NULL in place.
CREATE TABLE dead_letters_new (
    tenant          TEXT    NOT NULL,
    id              BLOB    NOT NULL,
    notification_id BLOB,
    user_id         TEXT,
    channel         TEXT,
    lane            INTEGER NOT NULL,
    code            TEXT    NOT NULL,
    detail          TEXT    NOT NULL,
    attempts        INTEGER NOT NULL,
    died_at         INTEGER NOT NULL,
    PRIMARY KEY (tenant, id),
    CHECK (CASE WHEN notification_id IS NULL THEN user_id IS NULL
                ELSE user_id IS NOT NULL AND channel IS NOT NULL END)
) WITHOUT ROWID;
INSERT INTO dead_letters_new (tenant, id, notification_id, user_id, channel, lane, code, detail,
    attempts, died_at)
SELECT tenant, id, notification_id, user_id, channel, lane, code, detail, attempts, died_at
FROM dead_letters;
DROP TABLE dead_letters;
ALTER TABLE dead_letters_new RENAME TO dead_letters;
CREATE INDEX dead_letters_died_at ON dead_letters (tenant, died_at, id);
