-- Why: browsers are reached by Web Push without Firebase; their subscriptions are devices of another kind.

ALTER TABLE devices DROP CONSTRAINT devices_kind_check;
ALTER TABLE devices ADD CONSTRAINT devices_kind_check CHECK (kind IN ('token', 'fid', 'web_push')) NOT VALID;
