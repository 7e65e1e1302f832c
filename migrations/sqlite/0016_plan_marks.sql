-- Why: a tenant may hold back what equals something that went out shortly before (debounce), and what
-- is more of one type than a user is to have (throttle). A plan that passes leaves a mark in its own
-- transaction. A key is a hash of what the mark is about.
CREATE TABLE plan_marks (
    tenant          TEXT    NOT NULL,
    user_id         TEXT    NOT NULL,
    key             BLOB    NOT NULL,
    notification_id BLOB    NOT NULL,
    marked_at       INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    PRIMARY KEY (tenant, user_id, key)
) WITHOUT ROWID;
CREATE INDEX plan_marks_expires_at ON plan_marks (expires_at);
