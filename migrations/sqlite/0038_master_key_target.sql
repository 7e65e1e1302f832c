-- Why: processes of a cluster may have different master keys while a new one is rolled out. The rotation of the master key
-- says which key it is for, and only processes that encrypt with this one make its steps.

-- What begins all that the key encrypts. NULL: begun before this migration, and no process goes on with it.
ALTER TABLE master_key_rotation ADD COLUMN target BLOB CHECK (length(target) = 5);
-- Keys of another master key that the present walk has found.
ALTER TABLE master_key_rotation ADD COLUMN walk_found INTEGER NOT NULL DEFAULT 0;
