-- Why: what a tenant's templates take together is bounded, a scheduled version does not undo a newer one, one that cannot
-- be published does not hold up others, and workers see no more of versions than they need.

-- `draft_bytes` and `current_bytes` are what the drafts and the version in use of a type take; they are right from the
-- type's next change on. `last_revision` is the greatest revision of a draft that was removed: no revision is used twice.
ALTER TABLE template_types
    ADD COLUMN draft_bytes bigint NOT NULL DEFAULT 0,
    ADD COLUMN current_bytes bigint NOT NULL DEFAULT 0,
    ADD COLUMN last_revision bigint NOT NULL DEFAULT 0;

-- A version that was made because `_shared` changed names in `content_version` the version whose templates it has; NULL
-- is its own number. A version that failed to be published is not tried again before `attempt_at`. One without `due_at`
-- and `published_at` was superseded before its time came.
ALTER TABLE template_versions
    ADD COLUMN content_version bigint,
    ADD COLUMN attempt_at timestamptz,
    ADD COLUMN failures integer NOT NULL DEFAULT 0;

-- The worker sees and changes versions of the tenants that it has set, and of other tenants only those that wait, to find
-- the next that are due.
DROP POLICY worker_all ON template_versions;
CREATE POLICY worker_current ON template_versions TO campanile_worker
    USING (array_position((SELECT campanile_current_tenants())::text[], tenant) IS NOT NULL)
    WITH CHECK (tenant = ANY ((SELECT campanile_current_tenants())::text[]));
CREATE POLICY worker_finds_due ON template_versions FOR SELECT TO campanile_worker USING (due_at IS NOT NULL);
