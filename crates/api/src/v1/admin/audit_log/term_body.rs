//! The retention period of audit rows, as it is shown and as it is set.

use campanile_app::audit::AuditTerm;
use campanile_domain::AuditDays;
use campanile_fields::kinds::{required_or_null, whole};
use campanile_fields::{FieldErrors, Fields, JsonText, request_body};
use serde::Serialize;
use utoipa::ToSchema;

/// The retention period of the audit log in effect for a tenant.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditRetention)]
pub(super) struct TermBody {
    /// Number of days that entries are kept.
    #[schema(example = 730, minimum = 30, maximum = 3650)]
    days: u32,
    /// Whether the installation's default applies, because the tenant has set no period.
    #[schema(example = true)]
    is_default: bool,
}

impl From<AuditTerm> for TermBody {
    fn from(term: AuditTerm) -> Self {
        Self {
            days: term.days.get(),
            is_default: term.is_default,
        }
    }
}

request_body! {
    /// A retention period of the audit log to set.
    pub(super) struct PutBody as AuditRetentionRequest {
        /// The tenant's retention period in days; `null` resets it to the installation's default.
        #[example(730)]
        days: Option<u32> = required_or_null(whole(AuditDays::MIN.get()..=AuditDays::MAX.get())),
    }
}

/// The term that a body names, or what is wrong with it.
pub(super) fn days(body: &JsonText) -> Result<Option<AuditDays>, FieldErrors> {
    let mut fields = Fields::of(body)?;
    let read = PutBody::read(&mut fields);
    fields.finish_with(|| read.days.map(|days| days.and_then(AuditDays::new)))
}
