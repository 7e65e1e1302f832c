//! How long notifications are kept.

use campanile_domain::RetentionDays;

use crate::check;
use crate::key::Key;
use crate::reader::Reader;

const DAYS: Key = Key::plain("retention", "days", "RETENTION_DAYS")
    .means("Retention period in days of tenants that have not set their own.")
    .expects("a whole number from 1 to 3650");

pub(crate) const KEYS: &[Key] = &[DAYS];

/// How long notifications are kept.
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    /// The default retention period, for tenants that have not set one.
    pub days: RetentionDays,
}

impl Retention {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            days: reader.with_default(&DAYS, days),
        }
    }
}

fn days(text: &str) -> Result<RetentionDays, String> {
    let days = check::parsed("is not a whole number")(text)?;
    RetentionDays::new(days).ok_or_else(|| "is out of range".to_owned())
}
