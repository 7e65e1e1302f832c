//! A link is used.

use campanile_domain::{Clock, LinkPurpose};
use campanile_links::MagicLink;
use campanile_pipeline::use_link;
use campanile_storage::{Storage, StorageError};

use super::MagicLinkError;
use super::make::count;
use super::words::Words;
use crate::pages::{Page, Reader, escaped};

/// Uses a link, once; `None` where it was used or its time is over.
///
/// # Errors
/// [`MagicLinkError::Link`].
pub async fn use_once(
    storage: &dyn Storage,
    clock: &dyn Clock,
    link: &MagicLink,
    token: &str,
) -> Result<bool, MagicLinkError> {
    let now = clock.now();
    let is_over = link.expires_at <= now;
    let is_used = is_over || !use_link(storage, &link.tenant, token, now, link.expires_at).await?;
    let event = match (is_over, is_used) {
        (true, _) => "expired",
        (false, true) => "used_before",
        (false, false) => "used",
    };
    count(link.purpose, event);
    Ok(!is_used)
}

/// The page with the button that uses a link. Showing it changes nothing.
///
/// # Errors
/// [`StorageError`].
pub async fn gate_page(storage: &dyn Storage, link: &MagicLink) -> Result<Page, StorageError> {
    let reader = Reader::of(storage, &link.tenant, &link.user).await?;
    let words = Words::of(reader.language);
    // The form goes to the address of the page, with its token.
    let body = format!(
        "<p>{}</p><form method=\"post\"><button class=\"first\">{}</button></form>",
        words.gate, words.open
    );
    Ok(Page::new(reader, title(words, link.purpose), body))
}

/// The page of a link or a page whose time is over. Without a link it is in English and in no brand.
///
/// # Errors
/// [`StorageError`].
pub async fn over_page(
    storage: &dyn Storage,
    link: Option<&MagicLink>,
) -> Result<Page, StorageError> {
    let Some(link) = link else {
        let reader = Reader::unknown();
        let words = Words::of(reader.language);
        let body = format!("<p>{}</p>", words.invalid);
        return Ok(Page::new(reader, words.status_title, body));
    };
    let reader = Reader::of(storage, &link.tenant, &link.user).await?;
    let words = Words::of(reader.language);
    let body = format!("<p role=\"status\">{}</p>", escaped(words.over));
    Ok(Page::new(reader, title(words, link.purpose), body))
}

pub(super) const fn title(words: &Words, purpose: LinkPurpose) -> &'static str {
    match purpose {
        LinkPurpose::NotificationStatus => words.status_title,
        LinkPurpose::SettingsView => words.settings_title,
    }
}
