-- no-transaction
-- Why: those of a status are listed without passing all others.
CREATE INDEX CONCURRENTLY IF NOT EXISTS fanouts_status ON fanouts (tenant, status, id);
