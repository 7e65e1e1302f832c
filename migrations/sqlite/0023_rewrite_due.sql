-- Why: after somebody was erased, the file is written anew before it is closed (see scrub.rs in storage-sqlite).
-- A row says that this is due, also to the process after one that was killed.
CREATE TABLE rewrite_due (one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1));
-- Whatever an earlier version deleted still stands in its file.
INSERT INTO rewrite_due SELECT 1 WHERE EXISTS (SELECT 1 FROM notifications);
