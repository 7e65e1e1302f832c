//! What a template can show: the notification, its reader and the tenant's brand.

mod json;
mod root;

use std::sync::Arc;

use chrono::{DateTime, Utc};

pub(crate) use root::{PageTexts, Root};

/// The names of all variables.
pub(crate) const VARIABLES: [&str; 12] = [
    "actions",
    "body",
    "brand",
    "content",
    "link",
    "locale",
    "now",
    "tenant",
    "title",
    "type",
    "unread_count",
    "user",
];

/// What a template can show. Texts of callers are cleaned of control characters when they are read.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// The tenant's name.
    pub tenant: String,
    /// The notification type.
    pub notification_type: String,
    /// The title that the caller gave, or that is made of built-in words.
    pub title: String,
    /// The text that the caller gave, or that is made of built-in words.
    pub body: String,
    /// The caller's JSON object.
    pub content: Arc<str>,
    /// The reader.
    pub user: User,
    /// The tenant's brand: a JSON object, or empty.
    pub brand: Arc<str>,
    /// Where a click leads.
    pub link: Option<String>,
    /// What can be chosen.
    pub actions: Vec<Action>,
    /// How many notifications are unread, if that is known.
    pub unread_count: Option<u64>,
    /// The present.
    pub now: DateTime<Utc>,
    /// Schemes of links that the tenant allows beside http, https, mailto and tel.
    pub link_schemes: Arc<[String]>,
}

/// A reader.
#[derive(Debug, Clone, Default)]
pub struct User {
    /// The tenant's id of the user.
    pub id: String,
    /// The user's attributes: a JSON object, or empty.
    pub attributes: Arc<str>,
    /// The locale in which dates and numbers are written.
    pub locale: Option<String>,
    /// The IANA name of the time zone; UTC without one.
    pub timezone: Option<String>,
}

/// Something that a reader can choose.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Action {
    /// A name that is unique within the notification.
    pub id: String,
    /// What the button says.
    pub title: String,
    /// Where it leads.
    pub link: String,
}
