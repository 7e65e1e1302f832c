-- Why: a group of alerts that went to a topic is closed for its subscribers, changes of a group that repeat are told apart, and
-- Apple's devices are reached without Firebase.

-- How often a group has changed: the same change may come again and is another occasion then.
ALTER TABLE ingest_groups ADD COLUMN changes INTEGER NOT NULL DEFAULT 0;
-- Whether what is recalled is marked as read, too.
ALTER TABLE fanout_recalls ADD COLUMN marks_read INTEGER NOT NULL DEFAULT 0;

-- Another kind of devices, and channels whose names the operator chooses: every recipe is one. So the CHECKs say what a name looks
-- like, and no longer which there are. Nothing that is stored changes; SQLite asks for this way then
-- (https://www.sqlite.org/lang_altertable.html, section 7), and copies no table.
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = substr(sql, 1, instr(sql, 'CHECK (channel IN (') - 1)
        || 'CHECK (channel NOT GLOB ''*[^a-z0-9_]*'' AND length(channel) BETWEEN 1 AND 32'
        || substr(sql, instr(sql, '''web_push'')') + 11)
    WHERE type = 'table' AND instr(sql, 'CHECK (channel IN (') > 0;
UPDATE sqlite_schema SET sql = replace(sql, '''fid'', ''web_push'')', '''fid'', ''web_push'', ''apns'')') WHERE name = 'devices';
PRAGMA writable_schema = RESET;
