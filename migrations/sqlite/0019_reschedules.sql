-- Why: when a tenant chooses anew, all that waits for its users' quiet hours is looked at, in steps. A row
-- here says that this is under way and behind which delivery it goes on.
CREATE TABLE reschedules (
    tenant     TEXT    NOT NULL PRIMARY KEY,
    after_user TEXT    NOT NULL,
    after_key  BLOB    NOT NULL,
    stepped_at INTEGER NOT NULL
) WITHOUT ROWID;
