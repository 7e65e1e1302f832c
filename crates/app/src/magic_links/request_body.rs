//! A request for a link.

use campanile_domain::{EmailAddress, LinkHandOver, LinkPurpose, UserId};
use campanile_fields::kinds::{one_of, optional, parsed, required, user_id};
use campanile_fields::{FieldCode, FieldErrors, Fields, JsonText, request_body};

use super::{LinkRequest, LinkTo};

request_body! {
    /// A link that opens a page of a user without a login. Give either `user_id` or `email`.
    pub struct MagicLinkBody as MagicLinkRequest {
        /// The user.
        #[example("u1")]
        user_id: UserId = optional(user_id()),
        /// The user's email address, as stored with `PUT /api/v1/users/{user_id}`, or in lower case.
        #[example("ada@example.com")]
        email: EmailAddress = optional(parsed(EmailAddress::parse).at_most(254)),
        /// The page that the link opens: `notification_status` shows the user's recent notifications and how each was delivered,
        /// `settings_view` their preferences.
        #[example("settings_view")]
        purpose: LinkPurpose = required(one_of::<LinkPurpose>()),
        /// How the link reaches the user: `email` (default) sends it to their address, `return` answers with it. `return` requires
        /// the scope `read:notifications` or `admin`.
        #[example("email")]
        deliver: LinkHandOver = optional(one_of::<LinkHandOver>()),
    }
}

/// Reads a request.
///
/// # Errors
/// Every invalid field.
pub fn read_magic_link(body: &JsonText) -> Result<LinkRequest, FieldErrors> {
    let mut fields = Fields::of(body)?;
    let has = [
        fields.get("user_id").is_some(),
        fields.get("email").is_some(),
    ];
    match has {
        [true, true] => {
            let detail = "give either user_id or email";
            fields.wrong("email", FieldCode::Contradictory, detail);
        }
        [false, false] => {
            fields.required("user_id");
        }
        _ => {}
    }
    let read = MagicLinkBody::read(&mut fields);
    let to = match (read.user_id, read.email) {
        (Some(user), _) => Some(LinkTo::User(user)),
        (None, email) => email.map(LinkTo::Email),
    };
    fields.finish_with(|| {
        Some(LinkRequest {
            to: to?,
            purpose: read.purpose?,
            hand_over: read.deliver.unwrap_or(LinkHandOver::Email),
        })
    })
}
