//! Links that open a page of a user without a login: made, used once, and the pages behind them (ADR 86).
//!
//! Nothing is stored of a link until it is used: what it allows is sealed in its token. Its hash is stored when the button on its
//! page is pressed; programs that look at every link of a mail do not press it.

mod error;
mod make;
mod preferences_form;
mod preferences_page;
mod request_body;
mod session;
mod status_page;
mod switches;
mod use_once;
mod words;

use campanile_domain::{EmailAddress, LinkHandOver, LinkPurpose, UserId};
use chrono::TimeDelta;

pub use error::MagicLinkError;
pub use make::{MadeLink, MagicLinks};
pub use preferences_form::save;
pub use preferences_page::{Note, preferences_page};
pub use request_body::{MagicLinkBody, read_magic_link};
pub use session::{NewSession, SESSION_COOKIE, new_session, session_of};
pub use status_page::status_page;
pub use use_once::{gate_page, over_page, use_once};

/// For so long a link can be used.
pub const LINK_LIFE: TimeDelta = TimeDelta::minutes(15);
/// For so long the page that it opens can be used.
pub const PAGE_LIFE: TimeDelta = TimeDelta::minutes(15);

/// Whose link is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkTo {
    /// The user with this id.
    User(UserId),
    /// The users with this address.
    Email(EmailAddress),
}

/// A valid request for a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkRequest {
    /// Whose.
    pub to: LinkTo,
    /// What it is for.
    pub purpose: LinkPurpose,
    /// How it reaches them.
    pub hand_over: LinkHandOver,
}

impl LinkTo {
    /// What requests for the same person are counted by: no more of it is kept than a hash.
    pub fn counted_as(&self) -> UserId {
        use sha2::{Digest, Sha256};
        let text = match self {
            Self::User(user) => format!("user/{user}"),
            Self::Email(email) => format!("email/{}", email.as_str().to_ascii_lowercase()),
        };
        let digest = Sha256::digest(text.as_bytes());
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        UserId::parse(&hex).expect("64 digits")
    }
}
