//! A term, as it is shown and as it is set.

use campanile_app::retention::Period;
use campanile_domain::RetentionDays;
use campanile_fields::{FieldCode, FieldErrors, Fields, JsonText};
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

/// A retention period to set.
#[derive(ToSchema)]
#[schema(as = RetentionRequest)]
#[expect(dead_code, reason = "describes JSON that is read field by field")]
pub(super) struct PutBody {
    /// The tenant's retention period in days; `null` resets it to the installation's default.
    #[schema(required, example = 30, minimum = 1, maximum = 3650)]
    days: Option<u32>,
}

/// The term that a body names, or what is wrong with it.
pub(super) fn days(body: &JsonText) -> Result<Option<RetentionDays>, FieldErrors> {
    let mut fields = Fields::of(body)?;
    let said = fields.given("days");
    let days = match said {
        Some(said) if said.is_null() => None,
        Some(said) if said.is_number() => {
            let days = said.as_u64().and_then(|days| u32::try_from(days).ok());
            let days = days.and_then(RetentionDays::new);
            if days.is_none() {
                let bounds = "must be a whole number from 1 to 3650";
                fields.wrong("days", FieldCode::OutOfRange, bounds);
            }
            days
        }
        Some(_) => {
            fields.wrong(
                "days",
                FieldCode::WrongType,
                "must be a whole number or null",
            );
            None
        }
        None => {
            fields.required("days");
            None
        }
    };
    let errors = fields.finish();
    if errors.is_empty() {
        Ok(days)
    } else {
        Err(errors)
    }
}
