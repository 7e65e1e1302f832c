-- no-transaction
-- Why: a link without a login can be asked for by the address of its user. The index does not begin with the tenant (ADR 30).
CREATE INDEX CONCURRENTLY IF NOT EXISTS users_email ON users (email, tenant);
