//! A term, as it is shown and as it is set.

use campanile_app::retention::Period;
use campanile_domain::RetentionDays;
use campanile_fields::kinds::{required_or_null, whole};
use campanile_fields::{FieldErrors, Fields, JsonText, request_body};
use serde::Serialize;
use utoipa::ToSchema;

/// The retention period in effect for a tenant. `campanile retention show --format json` prints the same.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Retention)]
pub(super) struct TermBody {
    /// Number of days that notifications are kept, with all their data.
    #[schema(example = 30, minimum = 1, maximum = 3650)]
    days: u32,
    /// Whether the installation's default applies, because the tenant has set no period.
    #[schema(example = false)]
    is_default: bool,
}

impl From<Period> for TermBody {
    fn from(period: Period) -> Self {
        Self {
            days: period.days.get(),
            is_default: period.is_default,
        }
    }
}

request_body! {
    /// A retention period to set.
    pub(super) struct PutBody as RetentionRequest {
        /// The tenant's retention period in days; `null` resets it to the installation's default.
        #[example(30)]
        days: Option<u32> = required_or_null(whole(1..=RetentionDays::MAX.get())),
    }
}

/// The term that a body names, or what is wrong with it.
pub(super) fn days(body: &JsonText) -> Result<Option<RetentionDays>, FieldErrors> {
    let mut fields = Fields::of(body)?;
    let read = PutBody::read(&mut fields);
    fields.finish_with(|| read.days.map(|days| days.and_then(RetentionDays::new)))
}
