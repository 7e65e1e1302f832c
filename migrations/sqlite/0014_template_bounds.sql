-- Why: what a tenant's templates take together is bounded, a scheduled version does not undo a newer one, and one that
-- cannot be published does not hold up others.

-- `draft_bytes` and `current_bytes` are what the drafts and the version in use of a type take; they are right from the
-- type's next change on. `last_revision` is the greatest revision of a draft that was removed: no revision is used twice.
ALTER TABLE template_types ADD COLUMN draft_bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE template_types ADD COLUMN current_bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE template_types ADD COLUMN last_revision INTEGER NOT NULL DEFAULT 0;

-- A version that was made because `_shared` changed names in `content_version` the version whose templates it has; NULL
-- is its own number. A version that failed to be published is not tried again before `attempt_at`. One without `due_at`
-- and `published_at` was superseded before its time came.
ALTER TABLE template_versions ADD COLUMN content_version INTEGER;
ALTER TABLE template_versions ADD COLUMN attempt_at INTEGER;
ALTER TABLE template_versions ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
