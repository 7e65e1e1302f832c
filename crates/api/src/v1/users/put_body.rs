//! A user in a body.

use std::sync::Arc;

use campanile_app::users::UserDetails;
use campanile_domain::EmailAddress;
use campanile_fields::kinds::{json_object, optional, parsed};
use campanile_fields::request_body;

use crate::v1::locality::{locale, timezone};

/// Every user may have them, and everything kept per user is bounded.
const MAX_ATTRIBUTES_BYTES: usize = 16 * 1_024;

request_body! {
    /// A user to create or replace. A field that is left out is removed.
    pub(super) struct PutBody as UserRequest {
        /// Address of one mailbox, without display name, brackets, comments or quotes.
        #[example("zoe@example.com")]
        email: EmailAddress = optional(parsed(EmailAddress::parse).at_most(254)),
        /// BCP 47 tag. Platform notations such as `en_US` and `zh_CN_#Hans` are converted to `en-US` and `zh-Hans-CN`.
        #[example("pt-BR")]
        locale: String = optional(locale()),
        /// IANA time zone, or an offset: `GMT+05:30` is stored as `+05:30`.
        #[example("Europe/Berlin")]
        timezone: String = optional(timezone()),
        /// The tenant's custom fields, at most 16 KiB.
        attributes: Arc<str> = optional(json_object(MAX_ATTRIBUTES_BYTES)),
    }
}

impl From<PutBody> for UserDetails {
    fn from(body: PutBody) -> Self {
        Self {
            email: body.email,
            locale: body.locale,
            timezone: body.timezone,
            attributes: body.attributes,
        }
    }
}
