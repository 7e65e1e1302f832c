-- Why: a link without a login can be asked for by the address of its user.

CREATE INDEX users_email ON users (email, tenant);
