-- Why: a tenant may have keys of its own that verify its tokens: a JWK set of public keys, as JSON. NULL: none. And the
-- operator of the installation limits how much of a tenant may wait to be delivered, and how many notifications it may
-- have stored. NULL: no limit.

ALTER TABLE tenants ADD COLUMN token_keys TEXT CHECK (length(CAST(token_keys AS BLOB)) <= 8192);
ALTER TABLE tenants ADD COLUMN max_queued INTEGER CHECK (max_queued >= 1);
ALTER TABLE tenants ADD COLUMN max_notifications INTEGER CHECK (max_notifications >= 1);
