-- Why: a former key is removed after two passes of which the second began once no transaction was open any more (ADR 91). Here one
-- transaction writes at a time, so only passes are counted.

-- Whether the pass before has looked at all rows, at a time at which no process encrypts with a former key.
ALTER TABLE key_rotations ADD COLUMN follows_settled INTEGER NOT NULL DEFAULT 0;
