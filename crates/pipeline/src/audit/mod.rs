//! The audit log: an operator's act and its row are one transaction (ADR 75).
//!
//! A use case that is to be recorded runs over [`Audited`] instead of the storage. [`Audited`] locks the end of the
//! tenant's chain, looks at what is about to change ([`Look`]), runs the use case, looks again and appends the row. A use
//! case that wrote nothing leaves no row.

mod entry;
mod looks;
mod record;
mod term;

pub use entry::{AuditEntry, Look};
pub use looks::{
    AuditDaysLook, BrandLook, DraftLook, IngestLook, PreferencesLook, ProviderLook, RetentionLook,
    TenantLook, TypeLook, VariantLook, VersionLook,
};
pub use record::{Audited, record_act};
pub use term::{remove_audit_rows, set_audit_days};
