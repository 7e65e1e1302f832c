-- Why: a former key is removed after two passes of which the second began once all transactions were over that were open when it was
-- due (ADR 91). One of them may have read an address in the form of the former key, and store it behind the walk.

ALTER TABLE key_rotations
    -- Whether the pass before has looked at all rows, at a time at which no process encrypts with a former key.
    ADD COLUMN follows_settled boolean NOT NULL DEFAULT false,
    -- Transactions that have to end before the pass begins.
    ADD COLUMN waits_for text[] NOT NULL DEFAULT '{}';
