//! The texts of a notification as its user sees them.

use crate::{Action, Assignments, Link};

/// What the inbox, streams, webhooks, pushes and mails show of a notification. It is made once, when the notification
/// is accepted, in the user's language, and never changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ItemTexts {
    /// The title, where it is not the sender's own as it was sent. Empty: there is none.
    pub title: Option<String>,
    /// The text, where it is not the sender's own as it was sent. Empty: there is none.
    pub body: Option<String>,
    /// What a click opens.
    pub link: Option<Link>,
    /// Its buttons, at most [`Action::MOST`].
    pub actions: Vec<Action>,
    /// The published version of the tenant's templates that made the texts; `None`: the words that are built in. All
    /// channels use this version.
    pub version: Option<i64>,
    /// The locale of the texts. `None`: an earlier release accepted the notification and made none.
    pub locale: Option<String>,
    /// The variants that its user was given, by channel; empty where nothing is compared.
    pub variants: Assignments,
}

impl ItemTexts {
    /// Bytes of its texts.
    pub fn bytes(&self) -> usize {
        let text = |given: &Option<String>| given.as_ref().map_or(0, String::len);
        text(&self.title) + text(&self.body) + self.link_bytes()
    }

    /// Bytes of its link and actions, which are the sender's.
    pub fn link_bytes(&self) -> usize {
        let link = self.link.as_ref().map_or(0, |link| link.as_str().len());
        link + self.actions.iter().map(Action::bytes).sum::<usize>()
    }
}
