//! A user in a body: read field by field, so that every wrong one is named.

use std::sync::Arc;

use campanile_domain::EmailAddress;
use campanile_fields::{FieldErrors, Fields, JsonText};
use serde_json::Value;
use utoipa::ToSchema;

use crate::v1::locality::{locale, timezone};

/// Every user may have them, and everything kept per user is bounded.
const MAX_ATTRIBUTES_BYTES: usize = 16 * 1_024;

/// A user in a body, already checked.
pub(super) struct Told {
    pub(super) email: Option<EmailAddress>,
    pub(super) locale: Option<String>,
    pub(super) timezone: Option<String>,
    pub(super) attributes: Arc<str>,
}

impl Told {
    /// Reads a body, or lists what is wrong with it.
    pub(super) fn from_json(body: &JsonText) -> Result<Self, FieldErrors> {
        let mut fields = Fields::of(body)?;
        let told = Self {
            email: fields.parsed("email", EmailAddress::parse),
            locale: locale(&mut fields),
            timezone: timezone(&mut fields),
            attributes: fields
                .object("attributes", MAX_ATTRIBUTES_BYTES)
                .unwrap_or_else(|| "{}".into()),
        };
        let errors = fields.finish();
        if errors.is_empty() {
            Ok(told)
        } else {
            Err(errors)
        }
    }
}

/// A user to create or replace. A field that is left out is removed.
#[derive(ToSchema)]
#[schema(as = UserRequest)]
#[expect(dead_code, reason = "describes JSON that is read field by field")]
pub(super) struct PutBody {
    /// Address of one mailbox, without display name, brackets, comments or quotes.
    #[schema(max_length = 254, example = "zoe@example.com")]
    email: Option<String>,
    /// BCP 47 tag. Platform notations such as `en_US` and `zh_CN_#Hans` are converted to `en-US` and `zh-Hans-CN`.
    #[schema(max_length = 35, example = "pt-BR")]
    locale: Option<String>,
    /// IANA time zone, or an offset: `GMT+05:30` is stored as `+05:30`.
    #[schema(example = "Europe/Berlin")]
    timezone: Option<String>,
    /// The tenant's custom fields, at most 16 KiB.
    #[schema(value_type = Option<Object>)]
    attributes: Option<Value>,
}
