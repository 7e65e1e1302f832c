//! How long notifications and audit rows are kept.

use campanile_domain::{AuditDays, RetentionDays};

use crate::check;
use crate::key::Key;
use crate::reader::Reader;

const DAYS: Key = Key::plain("retention", "days", "RETENTION_DAYS")
    .means("Retention period in days of tenants that have not set their own.")
    .expects("a whole number from 1 to 3650");

const AUDIT_DAYS: Key = Key::plain("retention", "audit_days", "RETENTION_AUDIT_DAYS")
    .means("Retention period in days of audit rows, for tenants that have not set their own.")
    .expects("a whole number from 30 to 3650");

pub(crate) const KEYS: &[Key] = &[DAYS, AUDIT_DAYS];

/// How long notifications and audit rows are kept.
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    /// The default retention period, for tenants that have not set one.
    pub days: RetentionDays,
    /// The default retention period of audit rows, for tenants that have not set one.
    pub audit_days: AuditDays,
}

impl Retention {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            days: reader.with_default(&DAYS, days),
            audit_days: reader.with_default(&AUDIT_DAYS, audit_days),
        }
    }
}

fn days(text: &str) -> Result<RetentionDays, String> {
    let days = check::parsed("is not a whole number")(text)?;
    RetentionDays::new(days).ok_or_else(|| "is out of range".to_owned())
}

fn audit_days(text: &str) -> Result<AuditDays, String> {
    let days = check::parsed("is not a whole number")(text)?;
    AuditDays::new(days).ok_or_else(|| "is out of range".to_owned())
}
