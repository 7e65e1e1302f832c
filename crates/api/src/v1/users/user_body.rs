//! A user as their tenant's services see them.

use campanile_domain::{EmailAddress, User, UserId};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::problem::Problem;

/// A user.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = User)]
pub(super) struct UserBody {
    #[schema(value_type = String, example = "u1")]
    user_id: UserId,
    /// Email address; the domain is stored in lower case and ASCII.
    #[schema(example = "zoe@example.com")]
    email: Option<String>,
    /// Since when the address is known to be invalid. Setting another address clears it.
    email_gone_at: Option<DateTime<Utc>>,
    /// BCP 47 tag.
    #[schema(example = "pt-BR")]
    locale: Option<String>,
    /// IANA time zone, or an offset such as `+05:30`.
    #[schema(example = "Europe/Berlin")]
    timezone: Option<String>,
    /// The tenant's custom fields.
    #[schema(value_type = Object)]
    attributes: Box<RawValue>,
    /// When the user was created.
    created_at: DateTime<Utc>,
    /// When the user was last updated.
    updated_at: DateTime<Utc>,
}

impl TryFrom<User> for UserBody {
    type Error = Problem;

    /// Fails if the stored attributes are not JSON, which the call that stores them rules out.
    fn try_from(user: User) -> Result<Self, Problem> {
        let attributes =
            RawValue::from_string(String::from(&*user.attributes)).map_err(|error| {
                tracing::error!(%error, "the stored attributes of a user are not JSON; the caller got 500");
                Problem::internal()
            })?;
        Ok(Self {
            user_id: user.id,
            email: user.email.as_ref().map(EmailAddress::to_string),
            email_gone_at: user.email_gone_at,
            locale: user.locale,
            timezone: user.timezone,
            attributes,
            created_at: user.created_at,
            updated_at: user.updated_at,
        })
    }
}
