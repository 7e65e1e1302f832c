//! The page that a link has opened: its address has a token, and only the browser that opened it has the cookie.
//!
//! Both are needed, so an address that is passed on, logged or found in a history opens nothing, and a form on another site,
//! which does not know the address, changes nothing.

use campanile_domain::{Clock, LinkPurpose, Random};
use campanile_links::{LinkError, Links, MagicLink, PageSession};
use chrono::SubsecRound;
use sha2::{Digest, Sha256};

use super::PAGE_LIFE;

/// The name of the cookie.
pub const SESSION_COOKIE: &str = "campanile_page";

/// A page that was just opened.
#[derive(Debug)]
pub struct NewSession {
    /// The path of the page.
    pub path: String,
    /// The value of the cookie.
    pub cookie: String,
}

/// Opens the page of a link that was just used.
///
/// # Errors
/// [`LinkError`].
pub async fn new_session(
    links: &Links,
    clock: &dyn Clock,
    random: &Random,
    link: MagicLink,
) -> Result<NewSession, LinkError> {
    let cookie = format!("{}{}", random.uuid().simple(), random.uuid().simple());
    let session = PageSession {
        cookie: half_hash(&cookie),
        link: MagicLink {
            expires_at: clock.now().trunc_subsecs(3) + PAGE_LIFE,
            ..link
        },
    };
    let token = links.session_token(&session).await?;
    let folder = folder(session.link.purpose);
    Ok(NewSession {
        path: format!("/{folder}/{token}"),
        cookie,
    })
}

/// The first part of a page's path.
const fn folder(purpose: LinkPurpose) -> &'static str {
    match purpose {
        LinkPurpose::NotificationStatus => "status",
        LinkPurpose::SettingsView => "preferences",
    }
}

/// Whether a page may be shown to the browser with these cookies (the values of its headers `Cookie`).
pub fn session_of<'c>(
    session: &PageSession,
    purpose: LinkPurpose,
    clock: &dyn Clock,
    cookies: impl IntoIterator<Item = &'c str>,
) -> bool {
    let pairs = cookies.into_iter().flat_map(|header| header.split(';'));
    let mut values = pairs.filter_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == SESSION_COOKIE).then_some(value)
    });
    session.link.purpose == purpose
        && clock.now() < session.link.expires_at
        && values.any(|value| half_hash(value) == session.cookie)
}

fn half_hash(text: &str) -> [u8; 16] {
    let digest = Sha256::digest(text.as_bytes());
    let mut half = [0; 16];
    half.copy_from_slice(&digest[..16]);
    half
}
