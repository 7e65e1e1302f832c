//! How large templates may get.

/// Bounds of a tenant's templates.
pub struct TemplateLimits;

impl TemplateLimits {
    /// Bytes of one part's source.
    pub const PART_BYTES: usize = 64 * 1024;
    /// Locales of one channel of a type.
    pub const LOCALES: usize = 64;
    /// Partials and layouts of one channel and locale.
    pub const PARTIALS: usize = 20;
    /// Characters in the name of a partial.
    pub const PARTIAL_NAME: usize = 64;
    /// Bytes of a version: all parts of all channels and locales, as JSON.
    pub const SNAPSHOT_BYTES: usize = 1024 * 1024;
    /// Bytes of all drafts of a tenant, as JSON.
    pub const DRAFT_BYTES: u64 = 16 * 1024 * 1024;
    /// Bytes of all versions of a tenant that are in use, as JSON: publishing `_shared` copies and compiles all of them.
    pub const CURRENT_BYTES: u64 = 16 * 1024 * 1024;
    /// Notification types with templates or a schema.
    pub const TYPES: usize = 200;
    /// Notification types that have, or once had, templates or a schema: the numbers of their versions and revisions are
    /// remembered, so that none is used twice.
    pub const NAMES: usize = 2_000;
    /// Versions that are kept of a type, beside the current one and those that wait for their time.
    pub const VERSIONS: u64 = 200;
    /// Bytes of the versions that are kept of a type, as JSON, beside the current one and those that wait for their time.
    pub const VERSION_BYTES: u64 = 32 * 1024 * 1024;
    /// Variants of a channel, beside the template itself.
    pub const VARIANTS: usize = 4;
    /// Versions of a type that wait for their time.
    pub const SCHEDULED: usize = 20;
    /// Bytes of a comment on a version.
    pub const COMMENT_BYTES: usize = 500;
    /// Bytes of a schema.
    pub const SCHEMA_BYTES: usize = 16 * 1024;
    /// Days until which a version may be scheduled.
    pub const SCHEDULE_DAYS: i64 = 366;
}
